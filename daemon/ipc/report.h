/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What kneadd-parse found in one file: everything that is kept or printed, and no samples. */

#include "activity/activity.h"
#include "metrics/numbers.h"

#define REPORT_MAX_COUNTS 4096u  /* message types; further ones are dropped with a problem */
#define REPORT_MAX_WELLNESS 400u /* days in one file */

struct report_activity {
	struct activity_summary summary;
	struct activity_numbers numbers;
};

struct report_problem {
	uint64_t offset;
	char what[160]; /* clean UTF-8 */
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
	struct wellness_day *wellness; /* owned */
	size_t wellness_n;
	struct report_count *counts; /* owned */
	size_t counts_n;
	struct report_problem problems[FILE_MAX_PROBLEMS + 1];
	size_t problems_n;
};

void report_init(struct report *report);
void report_done(struct report *report);

/* How one run of the helper ended. */
enum verdict {
	VERDICT_OK,      /* the report is whole (valid or not) */
	VERDICT_REFUSED, /* the helper said why */
	VERDICT_CRASHED, /* died of a signal of its own, of a limit, or left no whole report */
	VERDICT_HUNG,    /* time was up */
	VERDICT_ENDED,   /* SIGKILL or SIGTERM from outside: worth one more try */
	VERDICT_COUNT,
};
