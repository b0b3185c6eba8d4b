/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fit/fit_kind.h"
#include "base/cleanup.h"

enum file_kind fit_kind_of_type(unsigned type)
{
	/* FIT profile, type file; 8, 49 and 68 are not in the public list but in files */
	static const struct {
		uint8_t type;
		enum file_kind kind;
	} kinds[] = {
		{ 2, FILE_KIND_SETTINGS },
		{ 3, FILE_KIND_SPORT },
		{ 4, FILE_KIND_ACTIVITY },
		{ 5, FILE_KIND_WORKOUT },
		{ 6, FILE_KIND_COURSE },
		{ 8, FILE_KIND_LOCATIONS },
		{ 9, FILE_KIND_WEIGHT },
		{ 10, FILE_KIND_TOTALS },
		{ 14, FILE_KIND_BLOOD_PRESSURE },
		{ 15, FILE_KIND_MONITORING }, /* monitoring_a */
		{ 28, FILE_KIND_MONITORING }, /* monitoring_daily */
		{ 32, FILE_KIND_MONITORING }, /* monitoring_b */
		{ 44, FILE_KIND_METRICS },
		{ 49, FILE_KIND_SLEEP },
		{ 68, FILE_KIND_HRV_STATUS },
	};
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].type == type)
			return kinds[i].kind;
	return FILE_KIND_OTHER;
}

enum file_kind fit_kind_of_messages(const struct decoded_file *file)
{
	/* the most telling first */
	static const struct {
		uint16_t number;
		enum file_kind kind;
	} telling[] = {
		{ 18, FILE_KIND_ACTIVITY },       /* session */
		{ 31, FILE_KIND_COURSE },         /* course */
		{ 20, FILE_KIND_ACTIVITY },       /* record */
		{ 26, FILE_KIND_WORKOUT },        /* workout */
		{ 370, FILE_KIND_HRV_STATUS },    /* hrv_status_summary */
		{ 275, FILE_KIND_SLEEP },         /* sleep_level */
		{ 55, FILE_KIND_MONITORING },     /* monitoring */
		{ 103, FILE_KIND_MONITORING },    /* monitoring_info */
		{ 30, FILE_KIND_WEIGHT },         /* weight_scale */
		{ 51, FILE_KIND_BLOOD_PRESSURE }, /* blood_pressure */
		{ 33, FILE_KIND_TOTALS },         /* totals */
	};
	for (size_t i = 0; i < ARRAY_SIZE(telling); i++)
		for (size_t c = 0; c < file->counts_n; c++)
			if (file->counts[c].number == telling[i].number &&
				file->counts[c].count > 0)
				return telling[i].kind;
	return FILE_KIND_OTHER;
}
