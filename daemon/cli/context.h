/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What every verb of `knead` is given: the common options, the verb's own, and where to print.
 *
 * A new verb is a file verb_NAME.c with one function, its prototype in verbs.h, its row in verb_table.c and
 * its file in CMakeLists.txt. */

#include "util/clock.h"

#include <stdbool.h>

/* How `knead` ends (128 + n is a signal's). */
enum cli_exit {
	CLI_DONE = 0,
	CLI_PART = 1,    /* done in part: a file was refused or is not valid, a webhook failed */
	CLI_USAGE = 2,   /* called wrongly */
	CLI_STATE = 3,   /* state or configuration cannot be used */
	CLI_NOTHING = 4, /* nothing of what was asked for exists */
};

/* An option of one verb; long form only. */
struct cli_option {
	const char *name;  /* "minutes" for --minutes */
	const char *value; /* "N", as help shows it; NULL for one that takes none */
	const char *help;
};

#define CLI_OPTIONS_MAX 8u

struct cli_context;

struct verb {
	const char *name;
	int min, max; /* how many arguments; max -1: any number */
	/* arguments without options; returns the exit status */
	int (*run)(struct cli_context *context, int count, char **arguments);
	const char *arguments;                      /* as help shows them: "FILE..." */
	const char *help;                           /* one line */
	struct cli_option options[CLI_OPTIONS_MAX]; /* ends with one without a name */
};

struct cli_context {
	const struct verb *verb;
	const char *state, *config; /* --state, --config as given; NULL */
	struct clock_source clock;  /* --now, or the system's */
	bool json;
	bool colour;                         /* stdout is a terminal that wants colours */
	const char *values[CLI_OPTIONS_MAX]; /* in the order of verb->options; NULL: not given */
};

/* The value of an option of the verb: NULL when it was not given, "" for one that takes none. */
const char *cli_option(const struct cli_context *context, const char *name);

/* The same as a number between min and max. *ret stays as it is when the option was not given.
 * Returns 0; CLI_USAGE after it said what is wrong. */
int cli_option_number(
	const struct cli_context *context, const char *name, long min, long max, long *ret);
