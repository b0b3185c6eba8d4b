/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Runs the real helpers under ptrace, to see in which order it calls the kernel and to make it
 * call what an attacker inside it would call. */

#include <stdbool.h>
#include <stdint.h>

/* What was seen; a step is the count of system calls before it, -1: never. */
struct trace {
	long filter_step;   /* seccomp() put a filter in force */
	long landlock_step; /* landlock_restrict_self() succeeded */
	long request_step;  /* first read of the channel */
	long input_step;    /* first call that could read the file, or that opens the folder */
	bool forced;        /* the call to be forced was forced */
	long forced_result; /* what it returned; LONG_MIN: it did not return */
	int status;         /* of waitpid(), at the end */
};

/* Whether system calls can be replaced on this architecture. */
bool trace_can_force(void);

/* Starts `path` with channel_fd as descriptor 3 and input_fd as 4, and follows it to its end.
 *
 * force  a system call that takes the place of the first read of the file; -1: none. Its arguments
 *        are those of that read. */
void trace_run(const char *path, int channel_fd, int input_fd, long force, struct trace *ret);

/* The same for kneadd-fetch and a folder; what is forced takes the place of the first opening of that folder. */
void trace_run_fetch(const char *path, int channel_fd, const char *folder, const char *state_dir,
	long force, struct trace *ret);
