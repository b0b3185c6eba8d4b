/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A row of values with their times, as few bytes: for each the seconds since the one before (the first:
 * since 1970) and the value, both as numbers of seven bits a byte, low ones first, the eighth bit for "more
 * follow". A stress value a minute takes two bytes. */

#include "activity/wellness.h"

#include <stdbool.h>
#include <stddef.h>

struct wellness_point {
	int64_t time_s; /* since 1970, UTC */
	uint16_t value; /* of HRV 1/128 ms */
};

/* What `value` of a point counts, for each kind. */
double wellness_scale(enum wellness_kind kind);

/* By time, one at a time (of several the larger value); for stress one a minute, the first. Sorts in
 * place and returns how many are left. */
size_t wellness_points_sort(struct wellness_point *points, size_t n, enum wellness_kind kind);

/* Packs sorted points, as many as fit. Returns how many that are. */
size_t wellness_points_pack(const struct wellness_point *points, size_t n, uint8_t *bytes,
	size_t capacity, size_t *ret_size);

/* Unpacks into room for `size` points (each takes two bytes at least). Returns 0; -EBADMSG when the
 * bytes are not those of a row in the order of time. */
int wellness_points_unpack(
	const uint8_t *bytes, size_t size, struct wellness_point *points, size_t *ret_n);
