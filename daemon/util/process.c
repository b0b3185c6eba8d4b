/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "util/process.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

void process_fill_standard(int flags)
{
	int fd = -1;
	do
		fd = open("/dev/null", flags);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		(void)close(fd);
}

void process_outlive_limits(void)
{
	(void)signal(SIGXFSZ, SIG_IGN);
}
