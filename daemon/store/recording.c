/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/recording.h"

#include "base/cleanup.h"
#include "ipc/fields.h"
#include "ipc/wire.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum kind { KIND_REAL, KIND_U32, KIND_I32, KIND_U8, KIND_BOOL, KIND_INSTANT };

struct column {
	const char *name;
	enum kind kind;
	size_t offset;
};

#define AT(member) offsetof(struct report_activity, member)
#define VALUE_OF(key) AT(numbers.profile.values[key].value)
#define SOURCE_OF(key) AT(numbers.profile.values[key].source)

_Static_assert(sizeof(enum altitude_source) == 4 && sizeof(enum load_source) == 4 &&
		       sizeof(enum value_source) == 4 && sizeof(enum sex) == 4,
	"enumerations are read and written as 32 bits");

static const struct column columns[] = {
	{ "has_sport", KIND_BOOL, AT(summary.has_sport) },
	{ "sport", KIND_U8, AT(summary.sport) },
	{ "has_sub_sport", KIND_BOOL, AT(summary.has_sub_sport) },
	{ "sub_sport", KIND_U8, AT(summary.sub_sport) },
	{ "start_ms", KIND_INSTANT, AT(summary.start_ms) },
	{ "has_utc_offset", KIND_BOOL, AT(summary.has_utc_offset) },
	{ "file_utc_offset_s", KIND_I32, AT(summary.utc_offset_s) },
	{ "laps", KIND_U32, AT(summary.laps) },
	{ "records", KIND_U32, AT(summary.records) },
	{ "stated_elapsed_s", KIND_REAL, AT(summary.stated.elapsed_s) },
	{ "stated_timer_s", KIND_REAL, AT(summary.stated.timer_s) },
	{ "stated_moving_s", KIND_REAL, AT(summary.stated.moving_s) },
	{ "stated_distance_m", KIND_REAL, AT(summary.stated.distance_m) },
	{ "stated_ascent_m", KIND_REAL, AT(summary.stated.ascent_m) },
	{ "stated_descent_m", KIND_REAL, AT(summary.stated.descent_m) },
	{ "stated_hr_avg_bpm", KIND_REAL, AT(summary.stated.hr_avg_bpm) },
	{ "stated_hr_max_bpm", KIND_REAL, AT(summary.stated.hr_max_bpm) },
	{ "stated_cadence_avg_spm", KIND_REAL, AT(summary.stated.cadence_avg_spm) },
	{ "stated_energy_kcal", KIND_REAL, AT(summary.stated.energy_kcal) },
	{ "stated_total_strides", KIND_REAL, AT(summary.stated.total_strides) },
	{ "stated_rpe", KIND_REAL, AT(summary.stated.rpe) },
	{ "stated_feel", KIND_REAL, AT(summary.stated.feel) },
	{ "elapsed_s", KIND_REAL, AT(numbers.elapsed_s) },
	{ "timer_s", KIND_REAL, AT(numbers.timer_s) },
	{ "moving_s", KIND_REAL, AT(numbers.moving_s) },
	{ "distance_m", KIND_REAL, AT(numbers.distance_m) },
	{ "ascent_m", KIND_REAL, AT(numbers.ascent_m) },
	{ "descent_m", KIND_REAL, AT(numbers.descent_m) },
	{ "hr_avg_bpm", KIND_REAL, AT(numbers.hr_avg_bpm) },
	{ "hr_max_bpm", KIND_REAL, AT(numbers.hr_max_bpm) },
	{ "cadence_avg_spm", KIND_REAL, AT(numbers.cadence_avg_spm) },
	{ "steps", KIND_REAL, AT(numbers.steps) },
	{ "hr_peak_bpm", KIND_REAL, AT(numbers.hr_peak_bpm) },
	{ "hr_coverage", KIND_REAL, AT(numbers.hr_coverage) },
	{ "has_series", KIND_U32, AT(numbers.has_series) },
	{ "load", KIND_REAL, AT(numbers.load) },
	{ "load_source", KIND_U32, AT(numbers.load_source) },
	{ "hrtss", KIND_REAL, AT(numbers.hrtss) },
	{ "rtss", KIND_REAL, AT(numbers.rtss) },
	{ "power_load", KIND_REAL, AT(numbers.power_load) },
	{ "srpe", KIND_REAL, AT(numbers.srpe) },
	{ "trimp_banister", KIND_REAL, AT(numbers.trimp_banister) },
	{ "trimp_edwards", KIND_REAL, AT(numbers.trimp_edwards) },
	{ "trimp_lucia", KIND_REAL, AT(numbers.trimp_lucia) },
	{ "damage_tibia", KIND_REAL, AT(numbers.damage_steps[0]) },
	{ "damage_achilles", KIND_REAL, AT(numbers.damage_steps[1]) },
	{ "damage_patella", KIND_REAL, AT(numbers.damage_steps[2]) },
	{ "soreness_dose", KIND_REAL, AT(numbers.soreness_dose) },
	{ "soreness_down", KIND_REAL, AT(numbers.soreness_down) },
	{ "decoupling", KIND_REAL, AT(numbers.decoupling) },
	{ "altitude_source", KIND_U32, AT(numbers.altitude_source) },
	{ "peak_force_bw", KIND_REAL, AT(numbers.peak_force_bw) },
	{ "form_drift", KIND_REAL, AT(numbers.form_drift) },
	{ "region_calves_achilles", KIND_REAL, AT(numbers.region_steps[0]) },
	{ "region_quads", KIND_REAL, AT(numbers.region_steps[1]) },
	{ "region_hamstrings_glutes", KIND_REAL, AT(numbers.region_steps[2]) },
	{ "region_hips_itb", KIND_REAL, AT(numbers.region_steps[3]) },
	{ "region_feet", KIND_REAL, AT(numbers.region_steps[4]) },
	{ "profile_sex", KIND_U32, AT(numbers.profile.sex) },
	{ "profile_hr_max_bpm", KIND_REAL, VALUE_OF(PROFILE_HR_MAX_BPM) },
	{ "profile_hr_max_source", KIND_U32, SOURCE_OF(PROFILE_HR_MAX_BPM) },
	{ "profile_hr_rest_bpm", KIND_REAL, VALUE_OF(PROFILE_HR_REST_BPM) },
	{ "profile_hr_rest_source", KIND_U32, SOURCE_OF(PROFILE_HR_REST_BPM) },
	{ "profile_threshold_hr_bpm", KIND_REAL, VALUE_OF(PROFILE_THRESHOLD_HR_BPM) },
	{ "profile_threshold_hr_source", KIND_U32, SOURCE_OF(PROFILE_THRESHOLD_HR_BPM) },
	{ "profile_threshold_speed_mps", KIND_REAL, VALUE_OF(PROFILE_THRESHOLD_SPEED_MPS) },
	{ "profile_threshold_speed_source", KIND_U32, SOURCE_OF(PROFILE_THRESHOLD_SPEED_MPS) },
	{ "profile_critical_power_w", KIND_REAL, VALUE_OF(PROFILE_CRITICAL_POWER_W) },
	{ "profile_critical_power_source", KIND_U32, SOURCE_OF(PROFILE_CRITICAL_POWER_W) },
	{ "doubts", KIND_U32, AT(numbers.doubts) },
};

#define FIRST_COLUMN 2 /* behind day and utc_offset_s */
#define SQL_BYTES 8192u

/* head, then `each` for every column with its name and parameter number, then tail. */
static int make_sql(const char *head, bool names, bool parameters, const char *tail, char *ret)
{
	size_t size = (size_t)snprintf(ret, SQL_BYTES, "%s", head);
	for (size_t i = 0; i < ARRAY_SIZE(columns) && size < SQL_BYTES; i++) {
		char parameter[16];
		(void)snprintf(parameter, sizeof parameter, "?%zu", i + RECORDING_FIRST_PARAMETER);
		size += (size_t)snprintf(ret + size, SQL_BYTES - size, ", %s%s%s",
			names ? columns[i].name : "", names && parameters ? " = " : "",
			parameters ? parameter : "");
	}
	if (size < SQL_BYTES)
		size += (size_t)snprintf(ret + size, SQL_BYTES - size, "%s", tail);
	return size < SQL_BYTES ? 0 : -E2BIG;
}

static int make_insert(char *ret)
{
	AUTO_FREE char *values = malloc(SQL_BYTES);
	if (!values)
		return -ENOMEM;
	int r = make_sql(") VALUES (?1, ?2, ?3, 0, ?4, ?5", false, true, ")", values);
	if (r == 0)
		r = make_sql("INSERT INTO recording (activity_id, file_id, position, leads, day,"
			     " utc_offset_s",
			true, false, values, ret);
	return r;
}

int recording_statement(struct store *store, enum statement which, sqlite3_stmt **ret)
{
	if (store->statements[which])
		return store_statement_of(store, which, NULL, ret);
	AUTO_FREE char *sql = malloc(SQL_BYTES);
	if (!sql)
		return -ENOMEM;
	int r = -EINVAL;
	if (which == ST_RECORDING_PUT)
		r = make_insert(sql);
	else if (which == ST_RECORDING_UPDATE)
		r = make_sql("UPDATE recording SET day = ?4, utc_offset_s = ?5", true, true,
			" WHERE id = ?1", sql);
	else if (which == ST_RECORDING_GET)
		r = make_sql("SELECT day, utc_offset_s", true, false,
			" FROM recording WHERE activity_id = ?1 AND leads = 1", sql);
	else if (which == ST_RECORDING_READ)
		r = make_sql("SELECT day, utc_offset_s", true, false,
			", (SELECT value FROM tally WHERE recording_id = id)"
			" FROM recording WHERE id = ?1",
			sql);
	return r < 0 ? r : store_statement_of(store, which, sql, ret);
}

static void bind_one(sqlite3_stmt *stmt, int at, enum kind kind, const void *member)
{
	switch (kind) {
	case KIND_REAL:
		bind_number(stmt, at, *(const double *)member);
		break;
	case KIND_U32:
		(void)sqlite3_bind_int64(stmt, at, *(const uint32_t *)member);
		break;
	case KIND_I32:
		(void)sqlite3_bind_int64(stmt, at, *(const int32_t *)member);
		break;
	case KIND_U8:
		(void)sqlite3_bind_int64(stmt, at, *(const uint8_t *)member);
		break;
	case KIND_BOOL:
		(void)sqlite3_bind_int64(stmt, at, *(const bool *)member);
		break;
	case KIND_INSTANT: {
		int64_t instant = *(const int64_t *)member;
		bind_known(stmt, at, instant != TIME_UNKNOWN_MS, instant);
		break;
	}
	}
}

static void read_one(sqlite3_stmt *stmt, int at, enum kind kind, void *member)
{
	switch (kind) {
	case KIND_REAL:
		*(double *)member = column_number(stmt, at);
		break;
	case KIND_U32:
		*(uint32_t *)member = (uint32_t)sqlite3_column_int64(stmt, at);
		break;
	case KIND_I32:
		*(int32_t *)member = sqlite3_column_int(stmt, at);
		break;
	case KIND_U8:
		*(uint8_t *)member = (uint8_t)sqlite3_column_int(stmt, at);
		break;
	case KIND_BOOL:
		*(bool *)member = sqlite3_column_int(stmt, at) != 0;
		break;
	case KIND_INSTANT:
		*(int64_t *)member = column_known(stmt, at, TIME_UNKNOWN_MS);
		break;
	}
}

void recording_bind(sqlite3_stmt *stmt, const struct report_activity *activity)
{
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		bind_one(stmt, (int)i + RECORDING_FIRST_PARAMETER, columns[i].kind,
			(const char *)activity + columns[i].offset);
}

static void read_row(sqlite3_stmt *stmt, struct leading *ret)
{
	*ret = (struct leading) {
		.day = (int32_t)column_known(stmt, 0, INT32_MIN),
		.utc_offset_s = sqlite3_column_int(stmt, 1),
	};
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		read_one(stmt, (int)i + FIRST_COLUMN, columns[i].kind,
			(char *)&ret->activity + columns[i].offset);
}

int recording_get(struct store *store, int64_t activity_id, struct leading *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = recording_statement(store, ST_RECORDING_GET, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, activity_id);
	r = store_step(store, stmt);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	read_row(stmt, ret);
	return 0;
}

int recording_read(struct store *store, int64_t id, struct leading *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = recording_statement(store, ST_RECORDING_READ, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, id);
	r = store_step(store, stmt);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	int last = FIRST_COLUMN + (int)ARRAY_SIZE(columns);
	if (sqlite3_column_type(stmt, last) == SQLITE_NULL)
		return -ENODATA;
	read_row(stmt, ret);
	return recording_decode_tally(sqlite3_column_blob(stmt, last),
		(size_t)sqlite3_column_bytes(stmt, last), &ret->activity.tally);
}

int recording_write(struct store *store, int64_t id, const struct leading *recording)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = recording_statement(store, ST_RECORDING_UPDATE, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, id);
	bind_known(stmt, 4, recording->day != INT32_MIN, recording->day);
	(void)sqlite3_bind_int(stmt, 5, recording->utc_offset_s);
	recording_bind(stmt, &recording->activity);
	return store_run(store, stmt);
}

int recording_put_tally(struct store *store, int64_t id, const struct tally *tally)
{
	uint8_t value[WIRE_PACKET_MAX_BYTES];
	struct tally copy = *tally;
	struct codec codec = codec_encoder(value, sizeof value);
	fields_tally(&codec, &copy);
	if (!codec_ok(&codec))
		return -EINVAL;
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_TALLY_PUT, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, id);
	(void)sqlite3_bind_blob(stmt, 2, value, (int)codec.out.size, SQLITE_STATIC);
	return store_run(store, stmt);
}

int recording_decode_tally(const void *value, size_t size, struct tally *ret)
{
	if (!value)
		return -EUCLEAN;
	struct codec codec = codec_decoder(value, size);
	tally_init(ret);
	fields_tally(&codec, ret);
	return codec_ok(&codec) ? 0 : -EUCLEAN;
}

double recording_duration_s(const struct report_activity *activity)
{
	return numbers_duration_s(&activity->summary, &activity->numbers);
}

double recording_distance_m(const struct report_activity *activity)
{
	return numbers_distance_m(&activity->summary, &activity->numbers);
}
