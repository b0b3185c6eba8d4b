/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The fetcher closes itself in: from here on it reaches its source and the spool, and nothing else. */

#include "sandbox/sandbox.h"

struct fetch_cage {
	enum sandbox_kind kind;
	struct landlock_path source;
	const char *state_dir; /* NULL: nothing is to be stored */
	const char *memory;    /* one more folder of it for files, made when missing; NULL */
};

/* Returns 0; HELPER_NO_SANDBOX (helper/helper.h) when the cage cannot be put in force, another negative errno
 * when its place in the state directory cannot be made: then nothing may be read, and *ret_why says it. */
int fetch_cage_enter(const struct fetch_cage *cage, const char **ret_why);
