/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a runner's days and nights are like, in numbers. */
#include "season/season.h"

#define DAY_S 86400

struct season_day season_day_of(uint64_t seed, int32_t day, int32_t utc_offset_s, bool strained)
{
	uint64_t random = seed * 1000003 + (uint64_t)(int64_t)day * 7919 + 17;
	struct season_day ret = {
		.midnight_s = (int64_t)day * DAY_S - utc_offset_s,
		.utc_offset_s = utc_offset_s,
		.serial = 3990001234u,
		.stress = 31 + season_uniform(&random, -4, 4),
		.resting_hr_bpm = 49 + season_uniform(&random, -1.5, 1.5),
		.hrv_rmssd_ms = 58 + season_uniform(&random, -5, 5),
		.sleep_h = 7.4 + season_uniform(&random, -0.5, 0.5),
	};
	if (strained) {
		ret.stress += 22;
		ret.resting_hr_bpm += 3;
		ret.hrv_rmssd_ms *= 0.86;
		ret.sleep_h -= 1;
	}
	ret.seed = season_random(&random);
	return ret;
}
