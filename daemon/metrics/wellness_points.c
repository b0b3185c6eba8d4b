/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/wellness_points.h"

#include <errno.h>
#include <stdlib.h>

#define NUMBER_MAX_BYTES 5u /* 35 bits: seconds until the year 3058 */
#define POINT_MAX_BYTES 10u /* its two numbers */
#define MINUTE_S 60

double wellness_scale(enum wellness_kind kind)
{
	return kind == WELLNESS_HRV_NIGHT || kind == WELLNESS_HRV_FIVE_MINUTES ? 128 : 1;
}

/* The larger value of one time comes first. */
static int by_time(const void *a, const void *b)
{
	const struct wellness_point *x = a, *y = b;
	if (x->time_s != y->time_s)
		return x->time_s < y->time_s ? -1 : 1;
	return (x->value < y->value) - (x->value > y->value);
}

size_t wellness_points_sort(struct wellness_point *points, size_t n, enum wellness_kind kind)
{
	int64_t grid_s = kind == WELLNESS_STRESS ? MINUTE_S : 1;
	size_t kept = 0;
	if (n > 1)
		qsort(points, n, sizeof *points, by_time);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || points[i].time_s / grid_s != points[kept - 1].time_s / grid_s)
			points[kept++] = points[i];
	return kept;
}

static size_t put_number(uint64_t number, uint8_t *bytes)
{
	size_t n = 0;
	for (; number > 0x7F; number >>= 7)
		bytes[n++] = (uint8_t)(0x80 | (number & 0x7F));
	bytes[n++] = (uint8_t)number;
	return n;
}

static bool get_number(const uint8_t **at, const uint8_t *end, uint64_t *ret)
{
	uint64_t number = 0;
	for (unsigned shift = 0; shift < 7 * NUMBER_MAX_BYTES && *at < end; shift += 7) {
		uint8_t byte = *(*at)++;
		number |= (uint64_t)(byte & 0x7F) << shift;
		if (!(byte & 0x80)) {
			*ret = number;
			return true;
		}
	}
	return false;
}

size_t wellness_points_pack(const struct wellness_point *points, size_t n, uint8_t *bytes,
	size_t capacity, size_t *ret_size)
{
	int64_t before_s = 0;
	size_t size = 0, i = 0;
	for (; i < n && size + POINT_MAX_BYTES <= capacity; i++) {
		size += put_number((uint64_t)(points[i].time_s - before_s), bytes + size);
		size += put_number(points[i].value, bytes + size);
		before_s = points[i].time_s;
	}
	*ret_size = size;
	return i;
}

int wellness_points_unpack(
	const uint8_t *bytes, size_t size, struct wellness_point *points, size_t *ret_n)
{
	const uint8_t *at = bytes, *end = bytes + size;
	int64_t time_s = 0;
	size_t n = 0;
	while (at < end) {
		uint64_t step = 0, value = 0;
		if (!get_number(&at, end, &step) || !get_number(&at, end, &value) ||
			(n > 0 && step == 0) || value > UINT16_MAX)
			return -EBADMSG;
		time_s += (int64_t)step;
		points[n++] = (struct wellness_point) { time_s, (uint16_t)value };
	}
	*ret_n = n;
	return 0;
}
