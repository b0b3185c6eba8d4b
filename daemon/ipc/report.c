/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ipc/report.h"

#include "base/cleanup.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *const helper_verdict_names[VERDICT_COUNT] = {
	[VERDICT_OK] = "ok",
	[VERDICT_REFUSED] = "refused",
	[VERDICT_CRASHED] = "crashed",
	[VERDICT_HUNG] = "hung",
	[VERDICT_ENDED] = "ended",
	[VERDICT_NO_SANDBOX] = "no_sandbox",
	[VERDICT_NOT_STARTED] = "not_started",
};

void report_init(struct report *report)
{
	*report = (struct report) { .kind = FILE_KIND_OTHER };
}

void report_done(struct report *report)
{
	free(report->activities);
	wellness_parts_done(&report->wellness);
	free(report->counts);
	report_init(report);
}

/* Room for one more item of `size` bytes in *items; lists grow by doubling. NULL with errno. */
static void *add(void *items, size_t *n, size_t limit, size_t size)
{
	if (*n >= limit) {
		errno = EFBIG;
		return NULL;
	}
	bool full = (*n & (*n - 1)) == 0; /* 0, 1, 2, 4, 8 ... */
	void *grown = full ? reallocarray(items, *n ? *n * 2 : 1, size) : items;
	if (grown)
		++*n;
	return grown;
}

struct report_activity *report_add_activity(struct report *report)
{
	struct report_activity *grown = add(report->activities, &report->activities_n,
		FILE_MAX_ACTIVITIES, sizeof *report->activities);
	if (!grown)
		return NULL;
	report->activities = grown;
	struct report_activity *added = &grown[report->activities_n - 1];
	*added = (struct report_activity) { .summary.start_ms = TIME_UNKNOWN_MS };
	activity_stated_init(&added->summary.stated);
	numbers_init(&added->numbers);
	tally_init(&added->tally);
	return added;
}

int report_add_wellness(struct report *report, const struct wellness_part *part)
{
	AUTO_FREE uint8_t *bytes = malloc(part->size);
	if (!bytes && part->size)
		return -ENOMEM;
	struct wellness_part *grown = add(report->wellness.list, &report->wellness.n,
		WELLNESS_MAX_PARTS, sizeof *report->wellness.list);
	if (!grown)
		return -errno;
	report->wellness.list = grown;
	struct wellness_part *added = &grown[report->wellness.n - 1];
	*added = *part;
	if (part->size)
		memcpy(bytes, part->bytes, part->size);
	added->bytes = TAKE_PTR(bytes);
	return 0;
}

static bool says_something(const struct wellness_day *day, double sleep_score)
{
	return !isnan(day->resting_hr_bpm) || !isnan(day->stress_avg) ||
	       !isnan(day->hrv_rmssd_ms) || !isnan(day->sleep_h) || !isnan(sleep_score);
}

int report_each_day(const struct report *report, report_day_fn visit, void *userdata)
{
	const struct wellness_parts *parts = &report->wellness;
	int r = 0;
	for (size_t i = 0, end; r == 0 && i < parts->n; i = end) {
		const struct wellness_part *first = &parts->list[i];
		for (end = i; end < parts->n && parts->list[end].day == first->day;)
			end++;
		struct wellness_day day;
		r = wellness_parts_day(first, end - i, first->day, &day);
		double score = wellness_parts_sleep_score(first, end - i);
		if (r == 0 && says_something(&day, score))
			r = visit(&day, score, userdata);
	}
	return r;
}

struct report_count *report_add_count(struct report *report)
{
	struct report_count *grown =
		add(report->counts, &report->counts_n, REPORT_MAX_COUNTS, sizeof *report->counts);
	if (!grown)
		return NULL;
	report->counts = grown;
	struct report_count *added = &grown[report->counts_n - 1];
	*added = (struct report_count) { 0 };
	return added;
}

void report_add_problem(struct report *report, uint64_t offset, const char *what)
{
	if (report->problems_n >= ARRAY_SIZE(report->problems))
		return;
	struct report_problem *added = &report->problems[report->problems_n++];
	added->offset = offset;
	(void)utf8_clean(what, strlen(what), added->what, sizeof added->what);
}
