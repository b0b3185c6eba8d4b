/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/schedule.h"

#include "base/cleanup.h"

#include <math.h>

#define JITTER_SHARE 0.2

static const double delays_s[] = { 5, 30, 2 * 60, 10 * 60, 30 * 60, 3600 };

int64_t schedule_delay_ms(uint32_t attempts, double jitter, int64_t retry_after_s)
{
	size_t last = ARRAY_SIZE(delays_s) - 1, row = attempts ? attempts - 1 : 0;
	double share = isfinite(jitter) ? fmax(-1, fmin(1, jitter)) : 0;
	double wait_ms = delays_s[row < last ? row : last] * 1000 * (1 + JITTER_SHARE * share);
	int64_t wait = llround(wait_ms);
	if (retry_after_s < 0)
		retry_after_s = 0;
	if (retry_after_s > SCHEDULE_RETRY_AFTER_MAX_S)
		retry_after_s = SCHEDULE_RETRY_AFTER_MAX_S;
	return wait < retry_after_s * 1000 ? retry_after_s * 1000 : wait;
}

bool schedule_is_due(int64_t next_ms, int64_t now_ms)
{
	return next_ms <= now_ms || next_ms - now_ms > SCHEDULE_RETRY_AFTER_MAX_S * 1000;
}
