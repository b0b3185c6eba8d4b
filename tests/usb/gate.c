/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded into the fetcher: it stops at its KNEAD_GATE_AT-th fdatasync() and goes on once the file
 * KNEAD_GATE_OPEN is there. So a test can pull a drive in the middle of a reading, however fast the machine is. */
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int fdatasync(int fd)
{
	static unsigned passed;
	const char *at = getenv("KNEAD_GATE_AT"), *open = getenv("KNEAD_GATE_OPEN");
	int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
	if (at && open && ++passed == strtoul(at, NULL, 10))
		while (access(open, F_OK) < 0) {
			const struct timespec moment = { .tv_nsec = 5000000 };
			(void)nanosleep(&moment, NULL);
		}
	return real(fd);
}
