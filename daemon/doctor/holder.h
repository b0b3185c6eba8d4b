/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Which program has a device node open, as far as /proc lets this user see. */

#include <stdbool.h>
#include <sys/types.h>

struct holder {
	pid_t pid;
	uid_t uid;     /* whose; (uid_t)-1: unknown */
	char name[32]; /* "gvfsd-mtp" */
};

/* The first program other than ours. Returns false when none is seen. */
bool holder_find(const char *node, struct holder *ret);
