/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Starting a helper with exactly what it is meant to have. */

#include <sys/types.h>

/* Starts `path` with channel_fd as its descriptor 3 and input_fd as 4 (-1: nothing is 4); both are
 * borrowed.
 *
 * arguments   from the program's name on, NULL at the end
 * ret_pid     for waiting
 * ret_pid_fd  close-on-exec, the caller's
 * Returns 0; a negative errno, and then nothing runs. */
int spawn_helper(const char *path, const char *const *arguments, int channel_fd, int input_fd,
	pid_t *ret_pid, int *ret_pid_fd);
