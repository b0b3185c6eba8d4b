/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead-caged-helper MISDEED: stands in for a kneadd-parse that a file took over. It enters the very cage, and then
 *
 *   leak   takes memory until there is no more, and dies of that
 *   fork   makes processes
 *   spin   computes without an end
 *   flood  writes to its channel without an end */
#include "sandbox/sandbox.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHANNEL_FD 3
#define BLOCK_BYTES (1ul << 20)
#define FAR_TOO_MUCH \
	(SANDBOX_MEMORY_BYTES * 3 / 2) /* a cage without walls is told from one with them */
#define CHILDREN 4

static void leak(void)
{
	for (size_t taken = 0; taken < FAR_TOO_MUCH; taken += BLOCK_BYTES) {
		char *block = malloc(BLOCK_BYTES);
		if (!block)
			abort();
		*(volatile char *)block = 1;
	}
}

static void make_processes(void)
{
	for (int i = 0; i < CHILDREN; i++)
		if (fork() == 0)
			_exit(EXIT_SUCCESS);
}

static void flood(void)
{
	static const uint8_t nonsense[4096];
	for (;;)
		if (write(CHANNEL_FD, nonsense, sizeof nonsense) < 0)
			_exit(EXIT_SUCCESS);
}

static void spin(void)
{
	for (volatile uint64_t i = 0;; i++)
		;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*act)(void);
	} misdeeds[] = { { "leak", leak }, { "fork", make_processes }, { "spin", spin },
		{ "flood", flood } };
	bool landlock = false;
	if (argc != 2 || sandbox_enter(SANDBOX_PARSE, &landlock) < 0)
		return 2;
	for (size_t i = 0; i < sizeof misdeeds / sizeof misdeeds[0]; i++)
		if (strcmp(argv[1], misdeeds[i].name) == 0)
			misdeeds[i].act();
	return EXIT_SUCCESS; /* what was tried was granted: nothing was answered */
}
