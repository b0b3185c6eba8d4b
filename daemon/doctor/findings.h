/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What is wrong, each with what mends it. */

#include <stdbool.h>
#include <stddef.h>

enum finding_level {
	FINDING_FAULT,    /* something does not work, or soon will not */
	FINDING_UNUSABLE, /* nothing works: settings or store */
};

struct finding {
	enum finding_level level;
	const char *check; /* which check found it: a literal, "store-rights" */
	char *what, *mend; /* owned; one line each */
};

struct findings {
	struct finding *list;
	size_t n;
	bool lost; /* memory ended: there are more */
};

void findings_done(struct findings *findings);

/* mend   a command, or what to do
 * what   a format: one sentence without a full stop */
__attribute__((format(printf, 5, 6))) void findings_add(struct findings *findings,
	enum finding_level level, const char *check, const char *mend, const char *what, ...);
