/* SPDX-License-Identifier: GPL-3.0-or-later */
/* However a watch cuts its days into files, in whatever order they come and how often: the values of the
 * days are the same. */
#include "season/season.h"
#include "support/wellness_samples.h"

#include <string.h>

#define DAY_S INT64_C(86400)
#define FIRST_DAY 20576
#define DAYS 4
#define FILES_MAX 24u
#define ROUNDS 400u

static struct ws whole, file; /* large */

struct parts_of_files {
	struct wellness_part list[FILES_MAX * 40]; /* their bytes are owned by `files` */
	size_t n;
	struct wellness_parts files[FILES_MAX];
	size_t files_n;
};

static uint64_t below(uint64_t *random, uint64_t limit)
{
	return season_random(random) % limit;
}

/* From eleven in the evening to half past six, in turns of a few minutes. */
static void add_night(uint64_t *random, int64_t midnight_s)
{
	for (int64_t t = midnight_s - 3600; t < midnight_s + 23400;
		t += 60 * (int64_t)(1 + below(random, 70)))
		ws_add(&whole, WELLNESS_SLEEP_LEVEL, t, (double)below(random, 5));
	for (int64_t t = midnight_s; t < midnight_s + 20000; t += 300)
		ws_add(&whole, WELLNESS_HRV_FIVE_MINUTES, t, 40 + (double)below(random, 20));
	if (below(random, 2))
		ws_add(&whole, WELLNESS_HRV_NIGHT, midnight_s + 24000,
			30 + (double)below(random, 40));
}

static void add_day(uint64_t *random, int64_t midnight_s)
{
	int64_t step_s = below(random, 2) ? 60 : 180;
	int64_t worn_from = (int64_t)below(random, 40000);
	for (int64_t s = worn_from; s < worn_from + 40000 && s < DAY_S; s += step_s)
		if (below(random, 5))
			ws_add(&whole, WELLNESS_STRESS, midnight_s + s, (double)below(random, 101));
	for (int i = 0; i < 3; i++)
		ws_add(&whole, WELLNESS_RESTING_HR, midnight_s + 1 + (int64_t)below(random, 86000),
			40 + (double)below(random, 30));
}

/* A file of what lies from one time to another. */
static void add_file(struct parts_of_files *parts, int64_t from_s, int64_t to_s)
{
	file.n = 0;
	for (size_t i = 0; i < whole.n; i++)
		if (whole.list[i].time_ms >= from_s * 1000 && whole.list[i].time_ms < to_s * 1000)
			file.list[file.n++] = whole.list[i];
	struct wellness_parts made = ws_parts(&file, 0);
	assert_true(parts->files_n < FILES_MAX);
	parts->files[parts->files_n++] = made;
	for (size_t i = 0; i < made.n; i++)
		parts->list[parts->n++] = made.list[i];
}

static void shuffle(uint64_t *random, struct parts_of_files *parts)
{
	for (size_t i = parts->n; i > 1; i--) {
		size_t k = below(random, i);
		struct wellness_part one = parts->list[i - 1];
		parts->list[i - 1] = parts->list[k];
		parts->list[k] = one;
	}
}

static void done(struct parts_of_files *parts)
{
	for (size_t i = 0; i < parts->files_n; i++)
		wellness_parts_done(&parts->files[i]);
	memset(parts, 0, sizeof *parts);
}

static void make_whole(uint64_t *random)
{
	whole.n = 0;
	whole.utc_offset_s = (int32_t)below(random, 26) * 3600 - 12 * 3600;
	for (int day = 0; day < DAYS; day++) {
		int64_t midnight_s = (FIRST_DAY + day) * DAY_S - whole.utc_offset_s;
		add_night(random, midnight_s);
		add_day(random, midnight_s);
	}
}

/* Cuts everything at random times, and repeats some of it in files that overlap. */
static void cut(uint64_t *random, struct parts_of_files *parts)
{
	int64_t begin_s = (FIRST_DAY - 1) * DAY_S - INT64_C(54000), length_s = (DAYS + 2) * DAY_S;
	int64_t from_s = begin_s;
	for (unsigned i = 0; i < 12; i++) {
		int64_t to_s =
			i < 11 ? from_s + (int64_t)below(random, 60000) : begin_s + 2 * length_s;
		add_file(parts, from_s, to_s);
		from_s = to_s;
	}
	for (uint64_t i = below(random, 8); i > 0; i--) {
		int64_t again_s = begin_s + (int64_t)below(random, (uint64_t)length_s);
		add_file(parts, again_s, again_s + (int64_t)below(random, 100000));
	}
	shuffle(random, parts);
}

static void assert_same(double a, double b, const char *what, unsigned round)
{
	if (!(a == b || (isnan(a) && isnan(b))))
		fail_msg("round %u: %s is %.17g in one file, %.17g in several", round, what, a, b);
}

static void days_do_not_depend_on_files(void **state)
{
	(void)state;
	static struct parts_of_files one, several; /* large */
	unsigned known[4] = { 0 };
	for (unsigned round = 0; round < ROUNDS; round++) {
		uint64_t random = round;
		make_whole(&random);
		add_file(&one, INT64_MIN / 1000, INT64_MAX / 1000);
		cut(&random, &several);
		const struct wellness_parts a = { one.list, one.n },
					    b = { several.list, several.n };
		for (int32_t day = FIRST_DAY - 1; day <= FIRST_DAY + DAYS; day++) {
			struct wellness_day x = ws_day(&a, day), y = ws_day(&b, day);
			assert_same(x.resting_hr_bpm, y.resting_hr_bpm, "resting HR", round);
			assert_same(x.stress_avg, y.stress_avg, "stress", round);
			assert_same(x.hrv_rmssd_ms, y.hrv_rmssd_ms, "HRV", round);
			assert_same(x.sleep_h, y.sleep_h, "sleep", round);
			known[0] += isnan(x.resting_hr_bpm) ? 0u : 1u;
			known[1] += isnan(x.stress_avg) ? 0u : 1u;
			known[2] += isnan(x.hrv_rmssd_ms) ? 0u : 1u;
			known[3] += isnan(x.sleep_h) ? 0u : 1u;
		}
		done(&one);
		done(&several);
	}
	for (size_t i = 0; i < 4; i++) /* or nothing was compared */
		assert_true(known[i] > ROUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(days_do_not_depend_on_files) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
