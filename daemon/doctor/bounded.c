/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "doctor/bounded.h"

#include "base/cleanup.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ENDING_MS 1000 /* that it may take to die; one that the kernel holds is left behind */

int bounded_ask(int (*ask)(const void *of), const void *of, unsigned ms)
{
	siginfo_t end = { 0 };
	pid_t child = fork();
	if (child < 0)
		return -errno;
	if (child == 0)
		_exit(ask(of) & 0xff);
	AUTO_CLOSE int fd = (int)syscall(SYS_pidfd_open, child, 0);
	struct pollfd event = { .fd = fd, .events = POLLIN };
	int n = fd < 0 ? -1 : poll(&event, 1, (int)ms);
	bool late = n <= 0;
	if (late) {
		(void)kill(child, SIGKILL);
		if (fd < 0 || poll(&event, 1, ENDING_MS) <= 0)
			return -ETIME;
	}
	if (waitid(P_PID, (id_t)child, &end, WEXITED) < 0)
		return -errno;
	if (late)
		return -ETIME;
	return end.si_code == CLD_EXITED ? end.si_status : -EIO;
}
