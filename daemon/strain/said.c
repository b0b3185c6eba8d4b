/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strain/texts.h"

#include "base/cleanup.h"
#include "strain/text.h"

#include <math.h>
#include <string.h>

#define PIECE_BYTES 256u

/* How much a body tells. A record that is too long for the phone is told again with less. */
struct detail {
	size_t reasons;     /* of each indication */
	size_t indications; /* told in full; the others by name */
	bool every_massage; /* its sentence for each, not only for the first */
	bool meaning;       /* what it may mean, not only where */
	bool also_reasons, doubts, scores;
};

static const struct detail details[] = {
	{ 3, INDICATION_COUNT, true, true, true, true, true },
	{ 2, INDICATION_COUNT, true, true, true, true, true },
	{ 1, INDICATION_COUNT, true, true, false, true, true },
	{ 1, INDICATION_COUNT, true, false, false, false, false },
	{ 1, INDICATION_COUNT, false, false, false, false, false },
	{ 1, 2, false, false, false, false, false },
	{ 1, 1, false, false, false, false, false },
};

/* The indications of a record, most severe first; the load jump last, since a massage is not for it. */
static size_t by_severity(const struct said_record *record,
	const struct said_indication *ret[static INDICATION_COUNT])
{
	size_t n = 0;
	const struct said_indication *jump = NULL;
	for (int severity = 3; severity >= 0; severity--)
		for (size_t i = 0; i < record->of_n; i++) {
			if (record->of[i].indication == INDICATION_INJURY_RISK)
				jump = &record->of[i];
			else if (record->of[i].severity == severity)
				ret[n++] = &record->of[i];
		}
	if (jump)
		ret[n++] = jump;
	return n;
}

static void add_count(struct text *text, size_t activities)
{
	text_number(text, (double)activities, 0);
	text_add(text, activities == 1 ? " new activity" : " new activities");
}

/* The first letter as a capital: all our sentences begin with a plain one or a digit. */
static void add_capital(struct text *text, const char *words)
{
	char first[2] = { words[0], '\0' };
	if (first[0] >= 'a' && first[0] <= 'z')
		first[0] = (char)(first[0] - 'a' + 'A');
	if (first[0])
		text_adds(text, first, words + 1, NULL);
}

static void add_titles(struct text *text, const struct said_record *record)
{
	const struct said_indication *said[INDICATION_COUNT];
	size_t n = by_severity(record, said);
	for (size_t i = 0; i < n; i++)
		text_adds(text, i ? ", " : "", indication_titles[said[i]->indication], NULL);
}

static void add_suppressed(struct text *text, const struct said_record *record)
{
	for (size_t i = 0; i < record->suppressed_n; i++)
		text_adds(text, i ? ", " : "", indication_titles[record->suppressed[i].indication],
			NULL);
}

static const char *unplug_text(const struct said_record *record)
{
	return record->eject_first ? "Eject it, then unplug: " : "Safe to unplug: ";
}

size_t said_title(const struct said_record *record, char *ret, size_t capacity)
{
	struct text text;
	text_init(&text, ret, capacity);
	if (record->kind == RECORD_NONE)
		return 0;
	if (record->rest_first) {
		text_add(&text, "Rest first: resting heart rate up");
	} else if (record->lead == LEAD_LOAD_JUMP) {
		text_add(&text, "Your load jumped: two easy days now");
	} else if (record->of_n) {
		text_adds(&text, "Massage ", severity_text(record->severity), ": ", NULL);
		add_titles(&text, record);
	} else if (record->kind == RECORD_IMPORT) {
		text_add(&text, unplug_text(record));
		add_count(&text, record->new_activities);
	} else {
		text_add(&text, "Held back: ");
		add_suppressed(&text, record);
	}
	return text.n;
}

static void add_reasons(struct text *text, const struct said_indication *said, size_t max,
	const struct calendar *calendar)
{
	for (size_t i = 0; i < said->reasons_n && i < max; i++) {
		char reason[PIECE_BYTES];
		(void)evidence_text(&said->reasons[i], calendar, reason, sizeof reason);
		text_adds(text, i ? "; " : "", reason, NULL);
	}
}

/* What it may mean, and where. */
static void add_meaning(
	struct text *text, const struct said_indication *said, const struct detail *detail)
{
	static const char *const meanings[INDICATION_COUNT] = {
		[INDICATION_TENSION] = "Your muscles may be tight",
		[INDICATION_INJURY_RISK] = "That is more than usual",
		[INDICATION_SORENESS] = "Your legs may be sore",
		[INDICATION_RECOVERY] = "You may need longer than usual to recover",
		[INDICATION_STRESS] = "You may be more tense than usual",
	};
	char regions[PIECE_BYTES];
	bool located = regions_text(&said->regions, regions, sizeof regions) > 0;
	if (detail->meaning) {
		text_adds(text, " ", meanings[said->indication], located ? ", " : ".", NULL);
		text_add(text, regions);
	} else if (located) {
		text_add(text, " ");
		add_capital(text, regions);
	}
	text_add(text, located ? "." : "");
}

static void add_indication(struct text *text, const struct said_record *record,
	const struct said_indication *said, const struct calendar *calendar,
	const struct detail *detail, bool with_massage)
{
	add_capital(text, indication_titles[said->indication]);
	text_add(text, ": ");
	add_reasons(text, said, detail->reasons, calendar);
	text_add(text, ".");
	add_meaning(text, said, detail);
	char best[PIECE_BYTES];
	if (best_time_text(said, calendar, record->at_h, best, sizeof best)) {
		text_add(text, " ");
		add_capital(text, best);
		text_add(text, ".");
	}
	if (with_massage)
		text_adds(text, " ", massage_text(said->indication), NULL);
	text_add(text, "\n");
}

static void add_load_jump(struct text *text, const struct said_record *record,
	const struct calendar *calendar, const struct detail *detail)
{
	text_add(text, "Your load jumped: ");
	add_reasons(text, &record->of[0], detail->reasons, calendar);
	text_add(text, ". Two easy days now. A massage only if it feels good; it is not shown to "
		       "prevent injury.\n");
}

static void add_also(struct text *text, const struct said_record *record,
	const struct said_indication *const *named, size_t named_n, const struct calendar *calendar,
	const struct detail *detail)
{
	if (!named_n && !record->also_n)
		return;
	text_add(text, "Also: ");
	for (size_t i = 0; i < named_n; i++)
		text_adds(text, i ? "; " : "", indication_titles[named[i]->indication], NULL);
	for (size_t i = 0; i < record->also_n; i++) {
		const struct said_indication *also = &record->also[i];
		text_adds(text, i + named_n ? "; " : "", indication_titles[also->indication], " ",
			NULL);
		text_number(text, also->score, 0);
		if (!detail->also_reasons || !also->reasons_n)
			continue;
		text_add(text, " (");
		add_reasons(text, also, 1, calendar);
		text_add(text, ")");
	}
	text_add(text, ".\n");
}

/* A note has room for three doubts: first what bends numbers most. */
static const enum doubt doubts_by_weight[DOUBT_COUNT] = { DOUBT_HR_CADENCE_LOCK, DOUBT_PARTIAL,
	DOUBT_EASY_EFFORTS, DOUBT_TRAINING_PACE, DOUBT_DEFAULT_HR_MAX, DOUBT_NO_LOAD,
	DOUBT_NO_DISTANCE, DOUBT_NO_DOSE, DOUBT_NO_ALTITUDE, DOUBT_GPS_ALTITUDE, DOUBT_NO_MECHANICS,
	DOUBT_NO_HR, DOUBT_DEFAULT_HR_REST };

static void add_doubts(struct text *text, const struct strain_scores *scores)
{
	size_t n = 0;
	char words[PIECE_BYTES];
	if (few_days_text(scores, words, sizeof words))
		text_adds(text, n++ ? "; " : "Less sure: ", words, NULL);
	if (gap_text(scores, words, sizeof words))
		text_adds(text, n++ ? "; " : "Less sure: ", words, NULL);
	for (size_t i = 0; i < DOUBT_COUNT && n < 3; i++)
		if (scores->doubts & 1u << doubts_by_weight[i])
			text_adds(text, n++ ? "; " : "Less sure: ", doubt_text(doubts_by_weight[i]),
				NULL);
	if (n)
		text_add(text, ".\n");
}

/* "Strain 90 (recovery). Load jump 59, soreness 13, muscle tension 0." */
static void add_scores(struct text *text, const struct strain_scores *scores, bool all)
{
	int leading = strain_leading(scores);
	if (leading < 0) {
		text_add(text, "No scores yet: too few days are known.\n");
		return;
	}
	text_add(text, "Strain ");
	text_number(text, scores->of[leading].score, 0);
	text_adds(text, " (", indication_titles[leading], ").", NULL);
	size_t n = 0;
	for (int i = 0; all && i < INDICATION_COUNT; i++) {
		if (i == leading || !scores->of[i].evaluated)
			continue;
		text_add(text, n ? ", " : " ");
		if (n++)
			text_add(text, indication_titles[i]);
		else
			add_capital(text, indication_titles[i]);
		text_add(text, " ");
		text_number(text, scores->of[i].score, 0);
	}
	text_add(text, n ? ".\n" : "\n");
}

static void add_suggestion(struct text *text, const struct said_record *record,
	const struct calendar *calendar, const struct detail *detail)
{
	const struct said_indication *said[INDICATION_COUNT];
	size_t n = by_severity(record, said);
	size_t told = n < detail->indications ? n : detail->indications;
	if (record->lead == LEAD_LOAD_JUMP)
		add_load_jump(text, record, calendar, detail);
	for (size_t i = 0; i < told && record->lead != LEAD_LOAD_JUMP; i++)
		add_indication(
			text, record, said[i], calendar, detail, i == 0 || detail->every_massage);
	add_also(text, record, said + told, n - told, calendar, detail);
	if (detail->doubts)
		add_doubts(text, &record->scores);
	text_add(text, stop_text());
}

/* The first import of all says what it brought, unless the doubts do. */
static void add_learned(struct text *text, const struct said_record *record)
{
	char words[TEXTS_LEARNED_BYTES];
	if (record->kind != RECORD_IMPORT || record->new_activities != record->scores.learned_n ||
		(record->of_n && record->scores.few_days) ||
		!learned_text(&record->scores, words, sizeof words))
		return;
	add_capital(text, words);
	text_add(text, ".\n");
}

static void add_body(struct text *text, const struct said_record *record,
	const struct calendar *calendar, const struct detail *detail)
{
	if (record->kind == RECORD_IMPORT && (record->of_n || record->rest_first)) {
		text_add(text, unplug_text(record));
		add_count(text, record->new_activities);
		text_add(text, ". ");
	}
	if (record->kind == RECORD_IMPORT)
		add_scores(text, &record->scores, detail->scores);
	add_learned(text, record);
	if (record->rest_first)
		text_add(text, rest_first_text());
	else if (record->of_n)
		add_suggestion(text, record, calendar, detail);
	else if (record->held)
		text_add(text, "Massage advice is on hold.");
	else if (record->kind == RECORD_SUPPRESSED)
		text_add(text, "Not sent: the messages of the last 30 days are used up.");
}

size_t said_body(const struct said_record *record, const struct calendar *calendar, char *ret,
	size_t capacity)
{
	struct text text;
	text_init(&text, ret, capacity);
	if (record->kind == RECORD_NONE)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(details); i++) {
		text_init(&text, ret, capacity < TEXTS_BODY_BYTES ? capacity : TEXTS_BODY_BYTES);
		add_body(&text, record, calendar, &details[i]);
		if (!text.full)
			break;
	}
	while (text.n && text.at[text.n - 1] == '\n')
		text.at[--text.n] = '\0';
	return text.n;
}
