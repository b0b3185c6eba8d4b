/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ipc/fields.h"

#include "base/cleanup.h"

#include <math.h>

#define NO_MORE_BINS 0xff /* no bin has this number */

_Static_assert(TALLY_HR_BINS < NO_MORE_BINS && TALLY_SPEED_BINS < NO_MORE_BINS,
	"bins are numbered by one byte");

/* Of a list of bins the ones that hold something travel, each after its number; the numbers rise. `visit` codes
 * one bin, `is_empty` looks at it. */
struct bins {
	size_t n;
	void *data;
	bool (*is_empty)(const void *data, size_t at);
	void (*visit)(struct codec *codec, void *data, size_t at);
};

static void encode_bins(struct codec *codec, const struct bins *bins)
{
	for (size_t i = 0; i < bins->n; i++) {
		if (bins->is_empty(bins->data, i))
			continue;
		uint8_t at = (uint8_t)i;
		codec_u8(codec, &at);
		bins->visit(codec, bins->data, i);
	}
	uint8_t end = NO_MORE_BINS;
	codec_u8(codec, &end);
}

static void decode_bins(struct codec *codec, const struct bins *bins)
{
	size_t next = 0;
	for (;;) {
		uint8_t at = NO_MORE_BINS;
		codec_u8(codec, &at);
		if (codec->bad || at == NO_MORE_BINS)
			return;
		if (at < next || at >= bins->n) {
			codec->bad = true;
			return;
		}
		bins->visit(codec, bins->data, at);
		next = (size_t)at + 1;
	}
}

static void code_bins(struct codec *codec, const struct bins *bins)
{
	if (codec->encoding)
		encode_bins(codec, bins);
	else
		decode_bins(codec, bins);
}

static bool no_seconds(const void *data, size_t at)
{
	return ((const uint32_t *)data)[at] == 0;
}

static void visit_seconds(struct codec *codec, void *data, size_t at)
{
	uint32_t *seconds = data;
	codec_u32(codec, &seconds[at]);
	if (!codec->encoding && seconds[at] > FILE_MAX_TIMER_S)
		codec->bad = true;
}

static bool no_contact(const void *data, size_t at)
{
	return !(((const struct tally_contacts *)data)->seconds[at] > 0.0f);
}

static void visit_contact(struct codec *codec, void *data, size_t at)
{
	struct tally_contacts *contacts = data;
	codec_f32(codec, &contacts->seconds[at]);
	codec_f32(codec, &contacts->ms_sum[at]);
	if (!codec->encoding && (contacts->seconds[at] > (float)FILE_MAX_TIMER_S ||
					contacts->ms_sum[at] > (float)NUMBERS_MAX))
		codec->bad = true;
}

static bool no_amount(const void *data, size_t at)
{
	return !(((const struct tally_speeds *)data)->amount[at] > 0.0f);
}

static void visit_amount(struct codec *codec, void *data, size_t at)
{
	struct tally_speeds *speeds = data;
	codec_f32(codec, &speeds->amount[at]);
	codec_f32(codec, &speeds->moment[at]);
	if (!codec->encoding && (speeds->amount[at] > (float)NUMBERS_MAX ||
					speeds->moment[at] > (float)NUMBERS_MAX))
		codec->bad = true;
}

/* Calls back for every plain number; the last one may not be unknown. */
static void each_number(struct tally *t, void (*visit)(double *, void *), void *userdata)
{
	double *const all[] = { &t->seconds, &t->paced_mps, &t->power_w, &t->down, &t->graded_mps,
		&t->file.hr_max_bpm, &t->file.hr_rest_bpm, &t->file.threshold_hr_bpm,
		&t->file.age_years, &t->file.weight_kg, &t->level_m };
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		visit(all[i], userdata);
	for (size_t i = 0; i < REGION_COUNT; i++)
		visit(&t->region_steps[i], userdata);
	for (size_t i = 0; i < EFFORT_DISTANCES; i++)
		visit(&t->effort_s[i], userdata);
}

static bool is_amount(double x)
{
	return isnan(x) || (x >= 0 && x <= NUMBERS_MAX);
}

static void visit_codec(double *value, void *userdata)
{
	struct codec *codec = userdata;
	codec_f64(codec, value);
	if (!codec->encoding && !is_amount(*value))
		codec->bad = true;
}

void fields_tally(struct codec *codec, struct tally *tally)
{
	each_number(tally, visit_codec, codec);
	if (!codec->encoding && isnan(tally->level_m))
		codec->bad = true;
	codec_bool(codec, &tally->file.has_sex);
	codec_bool(codec, &tally->file.male);
	const struct bins bins[] = {
		{ TALLY_HR_BINS, tally->hr_s, no_seconds, visit_seconds },
		{ TALLY_SPEED_BINS, &tally->level, no_amount, visit_amount },
		{ TALLY_SPEED_BINS, &tally->steps, no_amount, visit_amount },
	};
	for (size_t i = 0; i < ARRAY_SIZE(bins) && !codec->bad; i++)
		code_bins(codec, &bins[i]);
	const struct bins contacts = { TALLY_CONTACT_BINS, &tally->contacts, no_contact,
		visit_contact };
	/* those that were stored before contact times were kept end here */
	if (!codec->bad && (codec->encoding || bytes_left(&codec->in) > 0))
		code_bins(codec, &contacts);
}

static void visit_settle(double *value, void *count)
{
	if (is_amount(*value))
		return;
	*value = NAN;
	++*(int *)count;
}

int fields_settle_tally(struct tally *tally)
{
	int changed = 0;
	each_number(tally, visit_settle, &changed);
	if (isnan(tally->level_m))
		tally->level_m = 0;
	return changed;
}
