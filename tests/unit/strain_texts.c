/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a runner reads: every reason has its sentence, none promises, and all fit on a phone. */
#include "support/test.h"

#include "base/cleanup.h"
#include "strain/texts.h"
#include "support/season.h"

#include <ctype.h>
#include <string.h>

/* Every name that docs/metrics.md gives to a piece of evidence. */
static const char *const evidence_names[] = { "recent_mechanical_load", "monotony",
	"days_without_rest", "form_drift", "single_run_spike", "weekly_distance", "tissue_load",
	"hard_days_in_a_row", "load_ramp", "descent", "long_or_fast_run", "reported",
	"fatigue_over_fitness", "big_day", "short_sleep", "resting_hr", "hrv",
	"stress_over_baseline", "stress_level" };

/* No percent, no diagnosis, no promise, no myth (docs/metrics.md, "massage"). */
static const char *const banned[] = { "%", "percent", "toxin", "lactic", "lactate", "prevents",
	"cure", "heal", "diagnos", "guarantee", "optimal", "safe zone", "you will", "tendinitis",
	"injured" };

static void assert_honest(const char *text)
{
	char lower[2048];
	size_t n = strlen(text);
	assert_true(n < sizeof lower);
	for (size_t i = 0; i <= n; i++) {
		lower[i] = (char)tolower((unsigned char)text[i]);
		assert_true(
			text[i] == '\n' || text[i] == '\0' || (text[i] >= ' ' && text[i] < 127));
	}
	for (size_t i = 0; i < ARRAY_SIZE(banned); i++)
		if (strstr(lower, banned[i]))
			fail_msg("\"%s\" says \"%s\"", text, banned[i]);
	assert_null(strstr(text, "nan"));
	assert_null(strstr(text, "{"));
}

static struct evidence piece(const char *name)
{
	return (struct evidence) { .name = name,
		.weight = 0.5,
		.value = 27.23,
		.baseline = 17,
		.day = 20576, /* Sunday 3 May 2026 */
		.at_h = 20576 * 24.0 + 12 };
}

static void every_reason_has_a_sentence_with_its_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(evidence_names); i++) {
		char text[256];
		struct evidence e = piece(evidence_names[i]);
		size_t n = evidence_text(&e, &even_calendar, text, sizeof text);
		assert_int_equal(n, strlen(text));
		assert_true(n > 10 && n < 120);
		assert_honest(remedy_text(evidence_names[i]));
		assert_true(strlen(remedy_text(evidence_names[i])) > 5);
		assert_non_null(strpbrk(text, "0123456789"));
		assert_honest(text);
	}
	char text[256];
	struct evidence e = piece("single_run_spike");
	(void)evidence_text(&e, &even_calendar, text, sizeof text);
	assert_string_equal(text, "longest run in 30 days 17.0 km, this one (Sun 3 May) 27.2 km");
	e = piece("reported");
	e.value = 8;
	(void)evidence_text(&e, &even_calendar, text, sizeof text);
	assert_string_equal(text, "you reported soreness 8 of 10 on Sun 3 May");
	e = piece("no such name");
	assert_int_equal(evidence_text(&e, &even_calendar, text, sizeof text), 0);
	assert_string_equal(text, "");
}

static void odd_numbers_stay_readable(void **state)
{
	(void)state;
	static const struct {
		double value, baseline;
		const char *text;
	} rows[] = {
		{ 0.04, 50, "0.0 km in the last seven days, usually 50.0 km" },
		{ 99.96, 1e11, "100.0 km in the last seven days, usually 100000000000.0 km" },
		{ -1.25, NAN, "-1.3 km in the last seven days, usually ? km" },
		{ INFINITY, 1e300, "? km in the last seven days, usually ? km" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char text[256];
		struct evidence e = piece("weekly_distance");
		e.value = rows[i].value;
		e.baseline = rows[i].baseline;
		(void)evidence_text(&e, &even_calendar, text, sizeof text);
		assert_string_equal(text, rows[i].text);
	}
}

static void days_have_their_names(void **state)
{
	(void)state;
	static const struct {
		int32_t day;
		const char *date;
	} rows[] = { { 0, "Thu 1 Jan" }, { -1, "Wed 31 Dec" }, { 20576, "Sun 3 May" },
		{ 19782, "Thu 29 Feb" }, { 20513, "Sun 1 Mar" } };
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char text[256];
		struct evidence e = piece("big_day");
		e.day = rows[i].day;
		(void)evidence_text(&e, &even_calendar, text, sizeof text);
		assert_non_null(strstr(text, rows[i].date));
	}
}

static void best_times_are_words(void **state)
{
	(void)state;
	static const struct {
		double from_h, to_h;
		enum indication indication;
		const char *text;
	} rows[] = {
		/* day 4 is a Monday; asked at 13:36 on the Sunday before */
		{ 4 * 24 + 12.5, 6 * 24 + 12.5, INDICATION_SORENESS,
			"best Monday noon to Wednesday noon, lightly" },
		{ 3 * 24 + 13.6, 4 * 24 + 13.6, INDICATION_SORENESS,
			"best from now to Monday noon, lightly" },
		{ 3 * 24 + 13.6, 3 * 24 + 13.6, INDICATION_RECOVERY, "best now" },
		{ 4 * 24 + 1.6, 4 * 24 + 1.6, INDICATION_TENSION, "best early Monday" },
		{ 4 * 24 + 7.6, 4 * 24 + 7.6, INDICATION_TENSION, "best Monday morning" },
		{ 4 * 24 + 15, 4 * 24 + 15, INDICATION_STRESS, "best Monday afternoon" },
		{ 4 * 24 + 23.9, 4 * 24 + 23.9, INDICATION_STRESS, "best Monday evening" },
		{ NAN, NAN, INDICATION_INJURY_RISK, "" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char text[128];
		const struct said_indication said = { .indication = rows[i].indication,
			.best_from_h = rows[i].from_h,
			.best_to_h = rows[i].to_h };
		(void)best_time_text(&said, &even_calendar, 3 * 24 + 13.6, text, sizeof text);
		assert_string_equal(text, rows[i].text);
	}
	/* the clock says 13:30 on the day of 23 hours: noon, though 12.5 hours have passed */
	char text[128];
	struct said_indication said = { .indication = INDICATION_STRESS };
	said.best_from_h = said.best_to_h = dst_calendar.instant_of(NULL, 80, 14.5);
	(void)best_time_text(&said, &dst_calendar, 0, text, sizeof text);
	assert_non_null(strstr(text, "afternoon"));
}

static void fixed_sentences_are_there_and_honest(void **state)
{
	(void)state;
	for (enum indication i = 0; i < INDICATION_COUNT; i++) {
		assert_honest(massage_text(i));
		assert_honest(indication_titles[i]);
		assert_honest(blind_spot_text(i));
	}
	assert_honest(stop_text());
	assert_honest(rest_first_text());
	for (enum doubt d = 0; d < DOUBT_COUNT; d++)
		assert_honest(doubt_text(d));
	for (size_t r = 0; r < REGION_COUNT; r++)
		assert_honest(region_text(r));
	assert_non_null(
		strstr(massage_text(INDICATION_INJURY_RISK), "not shown to prevent injury"));
	assert_non_null(strstr(massage_text(INDICATION_SORENESS), "light"));
}

/* A record with everything that one can carry. */
static struct said_record fullest(enum record_kind kind)
{
	struct said_record record = { .kind = kind,
		.at_h = 20576 * 24.0 + 13,
		.lead = LEAD_MASSAGE,
		.severity = 3,
		.new_activities = 12345,
		.of_n = INDICATION_COUNT };
	record.scores.doubts = (1u << DOUBT_COUNT) - 1;
	record.scores.few_days = true;
	for (enum indication i = 0; i < INDICATION_COUNT; i++) {
		struct said_indication *said = &record.of[i];
		*said = (struct said_indication) { .indication = i,
			.severity = 3,
			.score = 99.96,
			.reasons_n = REASONS_MAX,
			.best_from_h = record.at_h + 20,
			.best_to_h = record.at_h + 60 };
		for (size_t r = 0; r < REASONS_MAX; r++)
			said->reasons[r] = piece(evidence_names[(size_t)3 * i + r]);
		said->regions.n = REGION_COUNT;
		for (uint8_t r = 0; r < REGION_COUNT; r++)
			said->regions.order[r] = r;
		record.scores.of[i] = (struct indication_state) {
			.evaluated = true, .raw = 99.96, .score = 99.96
		};
	}
	return record;
}

static void the_fullest_record_fits_and_keeps_the_stop_sentence(void **state)
{
	(void)state;
	for (size_t of_n = 1; of_n <= INDICATION_COUNT; of_n++) {
		struct said_record record = fullest(RECORD_IMPORT);
		record.of_n = of_n;
		for (size_t i = of_n; i < INDICATION_COUNT; i++)
			record.also[record.also_n++] = record.of[i];
		char title[TEXTS_TITLE_BYTES], body[2048];
		size_t title_n = said_title(&record, title, sizeof title);
		size_t n = said_body(&record, &even_calendar, body, sizeof body);
		assert_int_equal(title_n, strlen(title));
		assert_int_equal(n, strlen(body));
		assert_true(n < TEXTS_BODY_BYTES);
		assert_honest(title);
		assert_honest(body);
		assert_non_null(strstr(body, "Safe to unplug: 12345 new activities"));
		const char *stop = strstr(body, stop_text());
		assert_true(stop && strlen(stop) == strlen(stop_text()));
		for (size_t i = 0; i < INDICATION_COUNT; i++) {
			char name[32];
			(void)snprintf(name, sizeof name, "%s", indication_titles[i] + 1);
			assert_non_null(strstr(body, name)); /* whatever its first letter */
		}
	}
}

static void a_small_buffer_is_never_overrun(void **state)
{
	(void)state;
	struct said_record record = fullest(RECORD_MASSAGE);
	for (size_t capacity = 1; capacity < 300; capacity++) {
		char *body = malloc(capacity);
		assert_non_null(body);
		size_t n = said_body(&record, &even_calendar, body, capacity);
		assert_int_equal(n, strlen(body));
		n = said_title(&record, body, capacity);
		assert_int_equal(n, strlen(body));
		struct evidence e = piece("hrv");
		n = evidence_text(&e, &even_calendar, body, capacity);
		assert_int_equal(n, strlen(body));
		free(body);
	}
}

static void each_kind_of_record_has_its_title(void **state)
{
	(void)state;
	char title[TEXTS_TITLE_BYTES], body[TEXTS_BODY_BYTES];
	struct said_record record = { .kind = RECORD_IMPORT, .new_activities = 1 };
	(void)said_title(&record, title, sizeof title);
	assert_string_equal(title, "Safe to unplug: 1 new activity");
	(void)said_body(&record, &even_calendar, body, sizeof body);
	assert_string_equal(body, "No scores yet: too few days are known.");

	record.rest_first = true;
	(void)said_title(&record, title, sizeof title);
	assert_non_null(strstr(title, "Rest first"));
	(void)said_body(&record, &even_calendar, body, sizeof body);
	assert_non_null(strstr(body, "Safe to unplug: 1 new activity."));
	assert_non_null(strstr(body, rest_first_text()));

	record = fullest(RECORD_MASSAGE);
	record.of_n = 1;
	(void)said_title(&record, title, sizeof title);
	assert_string_equal(title, "Massage strongly advised: muscle tension");
	record.of[0] = record.of[INDICATION_INJURY_RISK];
	record.lead = LEAD_LOAD_JUMP;
	(void)said_title(&record, title, sizeof title);
	assert_string_equal(title, "Your load jumped: two easy days now");
	(void)said_body(&record, &even_calendar, body, sizeof body);
	assert_non_null(
		strstr(body, "Two easy days now. A massage only if it feels good; it is not "
			     "shown to prevent injury."));

	record = (struct said_record) { .kind = RECORD_SUPPRESSED, .suppressed_n = 1 };
	record.suppressed[0].indication = INDICATION_SORENESS;
	(void)said_title(&record, title, sizeof title);
	assert_string_equal(title, "Held back: soreness");

	record = (struct said_record) { .kind = RECORD_NONE };
	assert_int_equal(said_title(&record, title, sizeof title), 0);
	assert_int_equal(said_body(&record, &even_calendar, body, sizeof body), 0);
}

static void the_rare_events_are_plain_sentences(void **state)
{
	(void)state;
	char text[TEXTS_BODY_BYTES];
	struct strain_scores scores = { .today = 20576 };
	assert_honest(cleared_title());
	(void)cleared_body(&scores, text, sizeof text);
	assert_string_equal(text,
		"For a day nothing has stood out any more. Scores now: not enough "
		"is known.");
	scores.of[INDICATION_INJURY_RISK] =
		(struct indication_state) { .evaluated = true, .score = 3 };
	scores.of[INDICATION_RECOVERY] =
		(struct indication_state) { .evaluated = true, .score = 41.6 };
	(void)cleared_body(&scores, text, sizeof text);
	assert_non_null(strstr(text, "Scores now: load jump 3, recovery 42."));
	assert_honest(text);

	assert_honest(stale_title());
	(void)stale_body(20576 * 24.0 + 12, &even_calendar, text, sizeof text);
	assert_non_null(strstr(text, "The last file came in on Sun 3 May. "));
	assert_honest(text);

	struct week_sums week = { .monday = 20570,
		.activities = 1,
		.distance_km = 12.34,
		.load = 99.6,
		.load_before = 80,
		.ctl = 20,
		.atl = 31 };
	(void)weekly_title(&week, text, sizeof text);
	assert_string_equal(text, "Last week: 12.3 km, load 100");
	(void)weekly_body(&week, &scores, text, sizeof text);
	assert_string_equal(text,
		"Mon 27 Apr to Sun 3 May: 1 activity, load 100, the week before 80.\n"
		"Six-week average load a day 20, of the last week 31.\n"
		"Scores now: load jump 3, recovery 42.");
	week.activities = 0;
	(void)weekly_title(&week, text, sizeof text);
	assert_string_equal(text, "Last week: no activity");
	for (size_t capacity = 1; capacity < 120; capacity++)
		assert_true(weekly_body(&week, &scores, text, capacity) < capacity);
}

static void what_was_learned_from_is_said(void **state)
{
	(void)state;
	/* day 20583 is 10 May 2026 */
	struct strain_scores scores = { .today = 20583 + 100,
		.learned_n = 143,
		.learned_runs = true,
		.learned_since = 20583,
		.gap_days = 13 };
	char text[TEXTS_LEARNED_BYTES];
	(void)learned_text(&scores, text, sizeof text);
	assert_string_equal(text, "learned from 143 runs since May");
	assert_int_equal(few_days_text(&scores, text, sizeof text), 0);
	assert_int_equal(gap_text(&scores, text, sizeof text), 0);
	scores.today = 20583 + 400;
	scores.learned_runs = false;
	(void)learned_text(&scores, text, sizeof text);
	assert_string_equal(text, "learned from 143 activities since May 2026");
	scores.gap_days = 20;
	(void)gap_text(&scores, text, sizeof text);
	assert_string_equal(text, "20 days in a row without any file, counted as rest");
	scores.learned_n = 1;
	scores.few_days = true;
	(void)few_days_text(&scores, text, sizeof text);
	assert_string_equal(text, "learned from 1 activity since Sun 10 May, fewer than 28 days");
	struct said_record first = { .kind = RECORD_IMPORT, .new_activities = 143 };
	first.scores = (struct strain_scores) {
		.today = 20583 + 100, .learned_n = 143, .learned_runs = true, .learned_since = 20583
	};
	char body[TEXTS_BODY_BYTES];
	(void)said_body(&first, &even_calendar, body, sizeof body);
	assert_non_null(strstr(body, "Learned from 143 runs since May."));
	first.new_activities = 1; /* a later one */
	(void)said_body(&first, &even_calendar, body, sizeof body);
	assert_null(strstr(body, "earned"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reason_has_a_sentence_with_its_numbers),
		cmocka_unit_test(odd_numbers_stay_readable),
		cmocka_unit_test(days_have_their_names),
		cmocka_unit_test(best_times_are_words),
		cmocka_unit_test(fixed_sentences_are_there_and_honest),
		cmocka_unit_test(the_fullest_record_fits_and_keeps_the_stop_sentence),
		cmocka_unit_test(a_small_buffer_is_never_overrun),
		cmocka_unit_test(each_kind_of_record_has_its_title),
		cmocka_unit_test(the_rare_events_are_plain_sentences),
		cmocka_unit_test(what_was_learned_from_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
