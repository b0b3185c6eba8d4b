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

/* Returns 0; a negative errno, and then nothing may be read. */
int fetch_cage_enter(const struct fetch_cage *cage);
