/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "util/crash.h"

const char *const crash_point_names[CRASH_POINT_COUNT] = {
#define CRASH_POINT_NAME(symbol, name) [CRASH_##symbol] = (name),
	CRASH_POINTS(CRASH_POINT_NAME)
#undef CRASH_POINT_NAME
};

#ifdef KNEAD_TEST_CLOCK
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void crash_here(enum crash_point point)
{
	static unsigned long passages[CRASH_POINT_COUNT];
	const char *wanted = getenv("KNEAD_CRASH_AT");
	if (!wanted)
		return;
	size_t length = strcspn(wanted, ":");
	const char *name = crash_point_names[point];
	if (strlen(name) != length || strncmp(name, wanted, length) != 0)
		return;
	unsigned long which = wanted[length] ? strtoul(wanted + length + 1, NULL, 10) : 1;
	if (++passages[point] != which)
		return;
	(void)kill(getpid(), SIGKILL);
	_exit(128 +
		SIGKILL); /* a sandbox has no kill(); nothing is flushed or cleaned up here either */
}
#endif
