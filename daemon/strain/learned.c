/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the model knows, in words. */
#include "strain/texts.h"

#include "strain/constants.h"
#include "strain/dates.h"

size_t learned_text(const struct strain_scores *scores, char *ret, size_t capacity)
{
	struct text text;
	text_init(&text, ret, capacity);
	if (!scores->learned_n)
		return 0;
	text_add(&text, "learned from ");
	text_number(&text, (double)scores->learned_n, 0);
	text_add(&text, scores->learned_runs ? " run" : " activit");
	if (scores->learned_n == 1)
		text_add(&text, scores->learned_runs ? "" : "y");
	else
		text_add(&text, scores->learned_runs ? "s" : "ies");
	text_add(&text, " since ");
	if (scores->few_days)
		text_date(&text, scores->learned_since);
	else
		text_month(&text, scores->learned_since, scores->today);
	return text.n;
}

size_t few_days_text(const struct strain_scores *scores, char *ret, size_t capacity)
{
	struct text text;
	char learned[TEXTS_LEARNED_BYTES];
	text_init(&text, ret, capacity);
	if (!scores->few_days)
		return 0;
	if (learned_text(scores, learned, sizeof learned))
		text_adds(&text, learned, ", ", NULL);
	text_add(&text, "fewer than 28 days");
	return text.n;
}

size_t gap_text(const struct strain_scores *scores, char *ret, size_t capacity)
{
	struct text text;
	text_init(&text, ret, capacity);
	if (scores->gap_days < (int32_t)strain_constants.gap_days)
		return 0;
	text_number(&text, scores->gap_days, 0);
	text_add(&text, " days in a row without any file, counted as rest");
	return text.n;
}
