/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What is wrong in the settings: every finding of every file, kept until someone decides what to do. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum problem_level {
	PROBLEM_WARNING, /* odd; the settings can be used */
	PROBLEM_ERROR,   /* they cannot */
};

struct problem {
	enum problem_level level;
	char *text; /* owned: "FILE:LINE: KEY = VALUE: WHY", clean UTF-8, secrets masked */
};

#define PROBLEMS_MAX 200u /* beyond that they are only counted */

struct problems {
	struct problem *list;
	size_t n;
	size_t errors, warnings; /* all, also those beyond the limit */
	bool out_of_memory;      /* some are missing from the list */
};

void problems_done(struct problems *problems);

/* Where a finding belongs; parts that are not known are NULL or 0. */
struct problem_place {
	const char *file;
	uint32_t line;
	const char *key;   /* also "[webhook phone]" */
	const char *value; /* NULL where there is none to show */
};

__attribute__((format(printf, 4, 5))) void problems_add(struct problems *problems,
	enum problem_level level, const struct problem_place *place, const char *format, ...);
