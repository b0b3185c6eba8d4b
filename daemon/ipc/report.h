/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What kneadd-parse found in one file: everything that is kept or printed, and no samples. */

#include "activity/activity.h"
#include "metrics/numbers.h"
#include "metrics/tally.h"
#include "metrics/wellness_parts.h"

/* Rises when the readers or the metrics learn something: files that an older version refused are then
 * tried again. */
#define PARSER_VERSION 2u

#define REPORT_TEXT_BYTES 160u      /* one sentence, with its NUL */
#define REPORT_NO_OFFSET UINT64_MAX /* a problem of no place in the file */
#define REPORT_MAX_COUNTS 4096u     /* message types; further ones are dropped with a problem */

struct report_activity {
	struct activity_summary summary;
	struct activity_numbers numbers;
	struct tally
		tally; /* what is kept of the samples; not read back with the rest of a stored one */
};

struct report_problem {
	uint64_t offset;
	char what[REPORT_TEXT_BYTES]; /* clean UTF-8 */
};

struct report_count {
	uint16_t number; /* FIT global message number */
	char name[32];   /* TCX element; "" for FIT */
	uint32_t count;
};

struct report {
	enum file_format format;
	enum file_kind kind;
	bool valid;
	struct file_device device;
	char manufacturer_name[64];         /* profile name for FIT; "" unknown */
	struct report_activity *activities; /* owned */
	size_t activities_n;
	struct wellness_parts wellness; /* owned */
	struct report_count *counts;    /* owned */
	size_t counts_n;
	struct report_problem problems[FILE_MAX_PROBLEMS + 1];
	size_t problems_n;
	char why[REPORT_TEXT_BYTES]; /* why there is nothing to keep (refused, crashed, hung); "" */
	bool no_landlock;            /* the helper ran without Landlock: this kernel has none */
};

/* Nothing known, nothing owned. */
void report_init(struct report *report);

/* Frees what the report owns; takes a half-built one. */
void report_done(struct report *report);

/* Appends one item, everything unknown or 0. NULL when memory or a limit of this header ends (errno);
 * the pointer is valid until the next call. */
struct report_activity *report_add_activity(struct report *report);
struct report_count *report_add_count(struct report *report);

/* Appends a part with a copy of its bytes. Returns 0; -ENOMEM; -EFBIG from WELLNESS_MAX_PARTS on. */
int report_add_wellness(struct report *report, const struct wellness_part *part);

/* The days that this file tells of, each from what it says alone: a file may hold half of one.
 * Calls back for each, oldest first. Returns 0; -ENOMEM; what `visit` returned. */
typedef int (*report_day_fn)(const struct wellness_day *day, double sleep_score, void *userdata);
int report_each_day(const struct report *report, report_day_fn visit, void *userdata);

/* Appends a problem, cleaned; drops it when the list is full. */
void report_add_problem(struct report *report, uint64_t offset, const char *what);

/* Makes unknown what no watch can mean (activity/activity_check.h) and every number that is not
 * finite or negative, so that the receiver's checks pass. Returns how many values that were. */
int report_settle(struct report *report);

/* How one run of the helper ended. */
enum verdict {
	VERDICT_OK,          /* the report is whole (valid or not) */
	VERDICT_REFUSED,     /* the helper said why */
	VERDICT_CRASHED,     /* died of a signal of its own, of a limit, or left no whole report */
	VERDICT_HUNG,        /* time was up */
	VERDICT_ENDED,       /* SIGKILL or SIGTERM from outside: worth one more try */
	VERDICT_NO_SANDBOX,  /* the helper could not build its cage: says nothing of the file */
	VERDICT_NOT_STARTED, /* nor does that a library of the helper could not be loaded */
	VERDICT_COUNT,
};

extern const char *const helper_verdict_names[VERDICT_COUNT]; /* "ok", "refused", ... */
