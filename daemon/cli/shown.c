/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/shown.h"

#include "cli/say.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int shown_run(const char *const *arguments)
{
	posix_spawn_file_actions_t actions;
	pid_t pid = 0;
	int status = 0;
	assert(arguments[0]);
	(void)fputs("  $", stdout);
	for (const char *const *word = arguments; *word; word++) {
		(void)putchar(' ');
		cli_print_clean(*word);
	}
	(void)putchar('\n');
	(void)fflush(stdout);
	int r = -posix_spawn_file_actions_init(&actions);
	if (r == 0) {
		r = -posix_spawn_file_actions_addopen(
			&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
		if (r == 0)
			r = -posix_spawnp(&pid, arguments[0], &actions, NULL,
				(char *const *)(uintptr_t)arguments, environ);
		(void)posix_spawn_file_actions_destroy(&actions);
	}
	if (r < 0)
		return cli_fail_errno(r, "cannot run", arguments[0], r);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
