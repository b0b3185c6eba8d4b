/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strain/policy.h"

#include "base/num.h"
#include "strain/constants.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void daily_store_done(struct daily_store *store)
{
	free(store->days);
	*store = (struct daily_store) { .days = NULL };
}

/* Index of the first row of that day or a later one. */
static size_t find_day(const struct daily_store *store, int32_t day)
{
	size_t lo = 0, hi = store->days_n;
	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;
		if (store->days[middle].day < day)
			lo = middle + 1;
		else
			hi = middle;
	}
	return lo;
}

static int insert_at(struct daily_store *store, size_t at)
{
	if (store->days_n == store->capacity) {
		size_t capacity = store->capacity ? 2 * store->capacity : 64;
		struct daily_scores *days =
			reallocarray(store->days, capacity, sizeof *store->days);
		if (!days)
			return -ENOMEM;
		store->days = days;
		store->capacity = capacity;
	}
	memmove(store->days + at + 1, store->days + at, (store->days_n - at) * sizeof *store->days);
	store->days_n++;
	return 0;
}

int daily_store_set(struct daily_store *store, int32_t day, const struct strain_scores *scores)
{
	size_t at = find_day(store, day);
	if (at == store->days_n || store->days[at].day != day) {
		int r = insert_at(store, at);
		if (r < 0)
			return r;
	}
	store->days[at].day = day;
	for (size_t i = 0; i < INDICATION_COUNT; i++)
		store->days[at].raw[i] = num_round(scores->of[i].raw, 4);
	return 0;
}

int policy_recompute_days(const struct strain_model *model, int32_t first_day, int32_t last_day,
	struct daily_store *store)
{
	const struct calendar *calendar = strain_calendar(model);
	for (int32_t day = first_day; day <= last_day; day++) {
		struct strain_scores scores;
		strain_evaluate(model,
			calendar->instant_of(
				calendar->context, day, strain_constants.recompute_hour),
			&scores);
		int r = daily_store_set(store, day, &scores);
		if (r < 0)
			return r;
	}
	return 0;
}
