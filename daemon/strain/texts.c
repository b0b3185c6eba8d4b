/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strain/texts.h"

#include "base/cleanup.h"
#include "strain/dates.h"
#include "strain/text.h"

#include <math.h>
#include <string.h>

const char *const indication_titles[INDICATION_COUNT] = {
	[INDICATION_TENSION] = "muscle tension",
	[INDICATION_INJURY_RISK] = "load jump",
	[INDICATION_SORENESS] = "soreness",
	[INDICATION_RECOVERY] = "recovery",
	[INDICATION_STRESS] = "stress",
};

const char *massage_text(enum indication indication)
{
	static const char *const texts[INDICATION_COUNT] = {
		[INDICATION_TENSION] =
			"A massage can loosen you up for a while; easy days and sleep do "
			"the rest.",
		[INDICATION_INJURY_RISK] =
			"The part that is known to matter is backing off. A massage may "
			"feel good; it is not shown to prevent injury.",
		[INDICATION_SORENESS] =
			"A light massage (10-20 min) may take the edge off; soreness "
			"usually peaks after one to two days and fades within a week.",
		[INDICATION_RECOVERY] =
			"Rest, food and sleep come first. A massage may help how you feel, "
			"hardly how fast you recover.",
		[INDICATION_STRESS] =
			"A massage lowers felt tension for a while; it does not need to be a "
			"sports massage.",
	};
	return texts[indication];
}

const char *remedy_text(const char *evidence_name)
{
	static const struct {
		const char *name, *text;
	} texts[] = {
		{ "recent_mechanical_load",
			"a week with fewer or softer kilometres; it fades by half "
			"in three to four days" },
		{ "monotony", "a rest day, or one that differs from the others" },
		{ "days_without_rest", "a day without a run" },
		{ "form_drift", "easy days until your stride is the usual one" },
		{ "single_run_spike",
			"time: it fades by half in three to four days; the next runs no "
			"longer than the usual longest" },
		{ "weekly_distance", "a week nearer to your usual distance" },
		{ "tissue_load", "a few days with fewer, slower or softer kilometres" },
		{ "hard_days_in_a_row", "an easy day" },
		{ "load_ramp", "a week that adds nothing to the last one" },
		{ "long_or_fast_run",
			"time: soreness peaks after one to two days and is gone within "
			"a week; used to such runs, legs answer less" },
		{ "descent",
			"time: soreness peaks after one to two days and is gone within a week; "
			"legs that run downhill often answer less" },
		{ "reported", "time: the highest that you told counts for a day" },
		{ "fatigue_over_fitness", "a few easy days" },
		{ "big_day", "time: it fades within days" },
		{ "short_sleep", "longer nights" },
		{ "resting_hr", "rest; it is back within days when nothing else is the matter" },
		{ "hrv", "rest and sleep; the mean of seven nights moves slowly" },
		{ "stress_over_baseline", "calmer days; the mean of three days moves slowly" },
		{ "stress_level", "calmer days" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (strcmp(texts[i].name, evidence_name) == 0)
			return texts[i].text;
	return "";
}

const char *blind_spot_text(enum indication indication)
{
	static const char *const texts[INDICATION_COUNT] = {
		[INDICATION_TENSION] =
			"A watch counts steps and loads; it does not feel how tight a muscle is.",
		[INDICATION_INJURY_RISK] =
			"A watch sees that the load jumped, not how your tissue takes it, old "
			"injuries or shoes.",
		[INDICATION_SORENESS] =
			"A watch sees the run, not the pain; strength training, walks and stairs "
			"are not in it. knead feel N tells it.",
		[INDICATION_RECOVERY] =
			"A watch sees no food, no illness before the heart shows it, and nothing "
			"when it is not worn at night.",
		[INDICATION_STRESS] =
			"The stress level comes from the heart: heat, coffee, alcohol and a cold "
			"look like worry.",
	};
	return texts[indication];
}

const char *stop_text(void)
{
	return "Sharp or one-sided pain, a swollen or warm calf, dark urine or fever: no massage, "
	       "see a "
	       "doctor.";
}

const char *rest_first_text(void)
{
	return "Your resting heart rate has been well above your usual for two mornings. If you "
	       "feel ill "
	       "or have a fever: rest, no massage.";
}

const char *severity_text(int severity)
{
	static const char *const texts[] = { "", "worth a thought", "advised", "strongly advised" };
	return severity > 0 && severity < (int)ARRAY_SIZE(texts) ? texts[severity] : "";
}

const char *region_text(size_t region)
{
	static const char *const texts[REGION_COUNT] = { "calves and Achilles", "quads",
		"hamstrings and glutes", "hips and outer thigh", "feet" };
	return region < REGION_COUNT ? texts[region] : "legs";
}

size_t regions_text(const struct strain_regions *regions, char *ret, size_t capacity)
{
	struct text text;
	text_init(&text, ret, capacity);
	if (regions->legs)
		text_add(&text, "probably the legs as a whole");
	for (size_t i = 0; i < regions->n; i++)
		text_adds(&text, i ? ", " : "probably ", region_text(regions->order[i]), NULL);
	return text.n;
}

const char *doubt_text(enum doubt doubt)
{
	static const char *const texts[DOUBT_COUNT] = {
		[DOUBT_NO_HR] = "no heart rate in some activities",
		[DOUBT_DEFAULT_HR_MAX] = "the maximum heart rate is a guess",
		[DOUBT_DEFAULT_HR_REST] = "the resting heart rate is a guess",
		[DOUBT_NO_ALTITUDE] = "no heights in some runs",
		[DOUBT_GPS_ALTITUDE] = "heights from GPS",
		[DOUBT_NO_MECHANICS] = "impact estimated from distance",
		[DOUBT_NO_DOSE] = "soreness estimated from distance",
		[DOUBT_NO_DISTANCE] = "runs without distance",
		[DOUBT_NO_LOAD] = "activities without a load",
		[DOUBT_HR_CADENCE_LOCK] = "the heart rate may be the step rate",
		[DOUBT_TRAINING_PACE] = "the threshold speed is a guess from training paces",
		[DOUBT_PARTIAL] = "a part of a recording is lost, the rest carried over",
		[DOUBT_EASY_EFFORTS] =
			"no fast run yet, so the threshold speed may be too low and loads too high",
	};
	return texts[doubt];
}

const char *profile_source_text(enum profile_key key, enum value_source source)
{
	static const char *const texts[VALUE_SOURCE_COUNT] = {
		[VALUE_UNKNOWN] = "not known",
		[VALUE_CONFIGURED] = "set by you",
		[VALUE_DEVICE] = "from the watch",
		[VALUE_OBSERVED] = "the highest that was held in the year before",
		[VALUE_WELLNESS] = "the middle of the seven nights before",
		[VALUE_AGE] = "an estimate from your age",
		[VALUE_DEFAULT] = "a guess: nothing is known",
		[VALUE_CRITICAL_SPEED] = "from your best times over several distances",
		[VALUE_BEST_EFFORT] = "from your best time of the 90 days before",
		[VALUE_TRAINING_PACE] = "a guess from your usual paces",
	};
	if (key == PROFILE_THRESHOLD_HR_BPM && source == VALUE_DEFAULT)
		return "85 of 100 of the way from rest to maximum";
	return texts[source];
}

size_t above_max_text(
	double max_bpm, double peak_bpm, size_t activities, char *ret, size_t capacity)
{
	struct text text;
	text_init(&text, ret, capacity);
	text_add(&text, "your maximum heart rate of ");
	text_number(&text, max_bpm, 0);
	text_add(&text, " seems too low: ");
	text_number(&text, (double)activities, 0);
	text_add(&text, " activities went beyond it, up to ");
	text_number(&text, peak_bpm, 0);
	return text.n;
}

/* {v1} the value with one decimal, {b0} what it is held against, {r1} value / baseline, {s} the value
 * without needless decimals, {d} the day, {t} the day of the instant. */
static void add_field(struct text *text, const char *field, const struct evidence *e,
	const struct calendar *calendar)
{
	int decimals = field[1] - '0';
	switch (field[0]) {
	case 'v':
		text_number(text, e->value, decimals);
		break;
	case 'b':
		text_number(text, e->baseline, decimals);
		break;
	case 'r':
		text_number(text, e->value / e->baseline, decimals);
		break;
	case 's':
		text_number(text, e->value, e->value > floor(e->value) ? 1 : 0);
		break;
	case 'd':
		text_date(text, e->day);
		break;
	case 't':
		text_date(text, calendar->day_of(calendar->context, e->at_h));
		break;
	default:
		break;
	}
}

static void fill(struct text *text, const char *sentence, const struct evidence *e,
	const struct calendar *calendar)
{
	for (const char *at = sentence; *at;) {
		size_t plain = strcspn(at, "{");
		text_add_bytes(text, at, plain);
		at += plain;
		if (!*at)
			break;
		add_field(text, at + 1, e, calendar);
		at += strcspn(at, "}") + 1;
	}
}

static const struct {
	const char *name, *sentence;
} evidence_sentences[] = {
	{ "recent_mechanical_load", "impact on the legs in the last weeks {r1} times your usual" },
	{ "monotony", "the last seven days were much alike (monotony {v1}, counted from {b1})" },
	{ "days_without_rest", "{v0} days in a row without a rest day" },
	{ "form_drift", "ground contact at an easy pace {r2} times your usual over three days" },
	{ "single_run_spike", "longest run in 30 days {b1} km, this one ({d}) {v1} km" },
	{ "weekly_distance", "{v1} km in the last seven days, usually {b1} km" },
	{ "tissue_load", "estimated load on bones and tendons this week {r1} times your usual" },
	{ "hard_days_in_a_row", "{v0} hard days in a row" },
	{ "load_ramp", "six-week average load up from {b1} to {v1} in a week" },
	{ "long_or_fast_run", "running on {d} {r1} times what your legs are used to" },
	{ "descent", "downhill running on {d} {r1} times what your legs are used to" },
	{ "reported", "you reported soreness {s} of 10 on {t}" },
	{ "fatigue_over_fitness", "load of the last week {v0} a day, of the last six weeks {b0}" },
	{ "big_day", "load on {d} {v0}, your average day {b0}" },
	{ "short_sleep", "sleep over three nights {v1} h, usually {b1} h" },
	{ "resting_hr", "resting heart rate over three mornings {v0}, usually {b0}" },
	{ "hrv", "heart rate variability over seven nights {v0} ms, usually {b0} ms" },
	{ "stress_over_baseline", "stress over three days {v0}, usually {b0}" },
	{ "stress_level", "stress over three days {v0} of 100" },
};

size_t evidence_text(const struct evidence *evidence, const struct calendar *calendar, char *ret,
	size_t capacity)
{
	struct text text;
	text_init(&text, ret, capacity);
	for (size_t i = 0; i < ARRAY_SIZE(evidence_sentences); i++)
		if (strcmp(evidence_sentences[i].name, evidence->name) == 0)
			fill(&text, evidence_sentences[i].sentence, evidence, calendar);
	if (evidence->felt != FELT_WELL_OR_UNKNOWN)
		text_add(&text, evidence->felt == FELT_WEAK ? ", and you felt weak"
							    : ", and you felt very weak");
	return text.n;
}

/* The hour that clocks show: on the day of a clock change not the hours since midnight. */
static double clock_hour(const struct calendar *calendar, int32_t day, double at_h)
{
	double hour = at_h - calendar->instant_of(calendar->context, day, 0);
	return hour + (at_h - calendar->instant_of(calendar->context, day, hour));
}

/* "Monday noon" */
static void add_instant(struct text *text, const struct calendar *calendar, double at_h)
{
	static const struct {
		double until;
		const char *word;
	} parts[] = { { 11, " morning" }, { 14, " noon" }, { 18, " afternoon" },
		{ INFINITY, " evening" } };
	int32_t day = calendar->day_of(calendar->context, at_h);
	double hour = clock_hour(calendar, day, at_h);
	if (hour >= 24) { /* a runner's day may begin later than the calendar's */
		day++;
		hour -= 24;
	}
	if (hour < 5) {
		text_adds(text, "early ", weekday_word(day), NULL);
		return;
	}
	size_t part = 0;
	while (hour >= parts[part].until)
		part++;
	text_adds(text, weekday_word(day), parts[part].word, NULL);
}

size_t best_time_text(const struct said_indication *said, const struct calendar *calendar,
	double at_h, char *ret, size_t capacity)
{
	struct text text;
	text_init(&text, ret, capacity);
	if (isnan(said->best_from_h))
		return 0;
	bool now = said->best_from_h < at_h + 1;
	bool instant = !(said->best_to_h > said->best_from_h);
	text_add(&text, "best ");
	if (now)
		text_add(&text, instant ? "now" : "from now");
	else
		add_instant(&text, calendar, said->best_from_h);
	if (!instant) {
		text_add(&text, " to ");
		add_instant(&text, calendar, said->best_to_h);
	}
	if (said->indication == INDICATION_SORENESS)
		text_add(&text, ", lightly");
	return text.n;
}

/* "muscle tension 12, load jump 3": those that are evaluated. */
static void add_five(struct text *text, const struct strain_scores *scores)
{
	bool any = false;
	for (size_t i = 0; i < INDICATION_COUNT; i++) {
		if (!scores->of[i].evaluated)
			continue;
		text_adds(text, any ? ", " : "", indication_titles[i], " ", NULL);
		text_number(text, scores->of[i].score, 0);
		any = true;
	}
	text_add(text, any ? "." : "not enough is known.");
}

const char *cleared_title(void)
{
	return "Strain has eased";
}

size_t cleared_body(const struct strain_scores *scores, char *ret, size_t capacity)
{
	struct text text;
	text_init(&text, ret, capacity);
	text_add(&text, "For a day nothing has stood out any more. Scores now: ");
	add_five(&text, scores);
	return text.n;
}

const char *stale_title(void)
{
	return "Nothing from your watch for two weeks";
}

size_t stale_body(double last_h, const struct calendar *calendar, char *ret, size_t capacity)
{
	struct text text;
	text_init(&text, ret, capacity);
	text_add(&text, "The last file came in on ");
	text_date(&text, calendar->day_of(calendar->context, last_h));
	text_add(&text,
		". If you ran since then, plug in the watch or look at its sync: the scores "
		"know nothing of it. This is said once.");
	return text.n;
}

size_t weekly_title(const struct week_sums *week, char *ret, size_t capacity)
{
	struct text text;
	text_init(&text, ret, capacity);
	text_add(&text, "Last week: ");
	if (!week->activities) {
		text_add(&text, "no activity");
		return text.n;
	}
	text_number(&text, week->distance_km, 1);
	text_add(&text, " km, load ");
	text_number(&text, week->load, 0);
	return text.n;
}

size_t weekly_body(const struct week_sums *week, const struct strain_scores *scores, char *ret,
	size_t capacity)
{
	struct text text;
	text_init(&text, ret, capacity);
	text_date(&text, week->monday);
	text_add(&text, " to ");
	text_date(&text, week->monday + 6);
	text_add(&text, ": ");
	text_number(&text, (double)week->activities, 0);
	text_adds(&text, week->activities == 1 ? " activity" : " activities", ", load ", NULL);
	text_number(&text, week->load, 0);
	text_add(&text, ", the week before ");
	text_number(&text, week->load_before, 0);
	text_add(&text, ".\nSix-week average load a day ");
	text_number(&text, week->ctl, 0);
	text_add(&text, ", of the last week ");
	text_number(&text, week->atl, 0);
	text_add(&text, ".\nScores now: ");
	add_five(&text, scores);
	return text.n;
}
