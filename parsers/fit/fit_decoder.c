/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fit/fit_decoder.h"

#include "base/cleanup.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define UTC_OFFSET_GRID_S 900
#define UTC_OFFSET_CLOCK_ERROR_S 150
#define UTC_OFFSET_MIN_S (-43200) /* 12 hours west */
#define UTC_OFFSET_MAX_S 50400    /* 14 hours east */

void fit_pool_init(struct fit_pool *pool)
{
	*pool = (struct fit_pool) { 0 };
	activity_init(&pool->samples);
}

void fit_pool_done(struct fit_pool *pool)
{
	activity_done(&pool->samples);
	free(pool->laps);
	free(pool->events);
	free(pool->sessions);
	fit_pool_init(pool);
}

void fit_decoder_free(struct fit_decoder **pointer)
{
	struct fit_decoder *d = *pointer;
	if (!d)
		return;
	free(d->count_of);
	fit_pool_done(&d->part);
	fit_pool_done(&d->orphans);
	free(d->sessions);
	free(d->hr.beats);
	free(d);
}

struct fit_decoder *fit_decoder_new(
	const uint8_t *data, size_t size, struct decoded_file *file, struct parse_error *err)
{
	CLEANUP(fit_decoder_free) struct fit_decoder *d = calloc(1, sizeof *d);
	if (!d)
		return NULL;
	d->data = data;
	d->size = size;
	d->file = file;
	d->err = err;
	d->valid = true;
	d->created_ms = TIME_UNKNOWN_MS;
	d->activity_timer_s = NAN;
	d->limits = (struct fit_limits) { NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN };
	d->wellness.utc_offset_s = UTC_OFFSET_UNKNOWN;
	d->wellness.sleep_score = NAN;
	fit_pool_init(&d->part);
	fit_pool_init(&d->orphans);
	d->count_of = calloc(UINT16_MAX + 1, sizeof *d->count_of);
	return d->count_of ? TAKE_PTR(d) : NULL;
}

void fit_fault(struct fit_decoder *d, const uint8_t *at, const char *what)
{
	d->valid = false;
	decoded_file_add_problem(d->file, fit_offset(d, at), what);
}

bool fit_take_number(double value, uint32_t max, uint32_t *ret)
{
	if (!(value >= 0 && value <= max))
		return false;
	*ret = (uint32_t)value;
	return true;
}

int64_t fit_time_ms(double fit_s)
{
	if (!(fit_s >= 0 && fit_s < (double)UINT32_MAX))
		return TIME_UNKNOWN_MS;
	return ((int64_t)fit_s + FIT_EPOCH_S) * 1000;
}

int fit_grow(void **array, size_t n, size_t *capacity, size_t element)
{
	if (n < *capacity)
		return 0;
	size_t wanted = *capacity ? *capacity * 2 : 16;
	void *grown = reallocarray(*array, wanted, element);
	if (!grown)
		return -ENOMEM;
	*array = grown;
	*capacity = wanted;
	return 0;
}

/* Only what can be a time zone counts, give or take the error of a watch's clock. */
bool fit_utc_offset(double local_s, int64_t time_ms, int32_t *ret)
{
	int64_t local_ms = fit_time_ms(local_s);
	if (local_ms == TIME_UNKNOWN_MS || time_ms < FIT_RELATIVE_BELOW_MS)
		return false;
	int64_t offset_s = (local_ms - time_ms) / 1000;
	int64_t half = offset_s < 0 ? -UTC_OFFSET_GRID_S / 2 : UTC_OFFSET_GRID_S / 2;
	int64_t rounded_s = (offset_s + half) / UTC_OFFSET_GRID_S * UTC_OFFSET_GRID_S;
	if (rounded_s < UTC_OFFSET_MIN_S || rounded_s > UTC_OFFSET_MAX_S ||
		llabs(offset_s - rounded_s) > UTC_OFFSET_CLOCK_ERROR_S)
		return false;
	*ret = (int32_t)rounded_s;
	return true;
}
