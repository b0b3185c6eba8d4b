/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_import.h"

#include "activity/activity_check.h"
#include "base/cleanup.h"
#include "base/num.h"
#include "store/statement.h"

#include <errno.h>
#include <string.h>

static bool same(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

static double rounded(double value)
{
	return isnan(value) ? value : num_round(value, 4);
}

static int put_part(struct store *store, int64_t file_id, const struct wellness_part *part)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_WELLNESS_PART_PUT, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int(stmt, 1, part->day);
	(void)sqlite3_bind_int(stmt, 2, (int)part->kind);
	(void)sqlite3_bind_int64(stmt, 3, file_id);
	(void)sqlite3_bind_blob(stmt, 4, part->bytes, part->size, SQLITE_STATIC);
	return store_run(store, stmt);
}

static int add_part(struct wellness_parts *parts, sqlite3_stmt *stmt, int32_t day)
{
	const void *bytes = sqlite3_column_blob(stmt, 1);
	int kind = sqlite3_column_int(stmt, 0), size = sqlite3_column_bytes(stmt, 1);
	if (!bytes || kind < 0 || kind >= WELLNESS_KIND_COUNT || size < 0 ||
		size > (int)WELLNESS_PART_MAX_BYTES)
		return -EUCLEAN;
	uint8_t copy[WELLNESS_PART_MAX_BYTES];
	memcpy(copy, bytes, (size_t)size);
	return wellness_parts_add(parts,
		&(struct wellness_part) { day, (enum wellness_kind)kind, (uint16_t)size, copy });
}

/* All that is said of a day. */
static int get_parts(struct store *store, int32_t day, struct wellness_parts *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	CLEANUP(wellness_parts_done) struct wellness_parts parts = { 0 };
	int r = store_statement(store, ST_WELLNESS_PARTS, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int(stmt, 1, day);
	while ((r = store_step(store, stmt)) > 0) {
		r = add_part(&parts, stmt, day);
		if (r < 0)
			return r;
	}
	if (r < 0)
		return r;
	*ret = parts;
	parts = (struct wellness_parts) { 0 };
	return 0;
}

/* What is stored of a day; everything NAN when nothing is. */
static int get_day(struct store *store, int32_t day, struct wellness_day *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_WELLNESS_GET, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int(stmt, 1, day);
	r = store_step(store, stmt);
	if (r < 0)
		return r;
	*ret = (struct wellness_day) { day, NAN, NAN, NAN, NAN };
	if (r > 0)
		*ret = (struct wellness_day) { day, column_number(stmt, 0), column_number(stmt, 1),
			column_number(stmt, 2), column_number(stmt, 3) };
	return 0;
}

static int put_day(struct store *store, const struct wellness_day *day)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	bool empty = isnan(day->resting_hr_bpm) && isnan(day->stress_avg) &&
		     isnan(day->hrv_rmssd_ms) && isnan(day->sleep_h);
	int r = store_statement(store, empty ? ST_WELLNESS_DROP : ST_WELLNESS_PUT, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int(stmt, 1, day->day);
	if (!empty) {
		bind_exact(stmt, 2, day->resting_hr_bpm);
		bind_exact(stmt, 3, day->stress_avg);
		bind_exact(stmt, 4, day->hrv_rmssd_ms);
		bind_exact(stmt, 5, day->sleep_h);
	}
	r = store_run(store, stmt);
	if (r == 0)
		r = store_mark_night(store, day->day);
	return r < 0 ? r : store_mark_changed(store, day->day);
}

static int refresh_day(struct store *store, int32_t day)
{
	CLEANUP(wellness_parts_done) struct wellness_parts parts = { 0 };
	struct wellness_day is, become;
	int r = get_day(store, day, &is);
	if (r == 0)
		r = get_parts(store, day, &parts);
	if (r == 0)
		r = wellness_parts_day(parts.list, parts.n, day, &become);
	if (r < 0)
		return r;
	(void)activity_check_wellness(&become);
	become = (struct wellness_day) { day, rounded(become.resting_hr_bpm),
		rounded(become.stress_avg), rounded(become.hrv_rmssd_ms), rounded(become.sleep_h) };
	if (same(is.resting_hr_bpm, become.resting_hr_bpm) &&
		same(is.stress_avg, become.stress_avg) &&
		same(is.hrv_rmssd_ms, become.hrv_rmssd_ms) && same(is.sleep_h, become.sleep_h))
		return 0;
	return put_day(store, &become);
}

/* A day of which the file said something before. Returns 1; 0 when there is none left. */
static int old_day(struct store *store, int64_t file_id, int32_t *ret)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_WELLNESS_PART_OLD, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, file_id);
	r = store_step(store, stmt);
	if (r > 0)
		*ret = sqlite3_column_int(stmt, 0);
	return r;
}

static int drop_parts(struct store *store, int64_t file_id, int32_t day)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_WELLNESS_PART_DROP, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(stmt, 1, file_id);
	(void)sqlite3_bind_int(stmt, 2, day);
	return store_run(store, stmt);
}

static bool has_day(const struct wellness_parts *parts, int32_t day)
{
	for (size_t i = 0; i < parts->n; i++)
		if (parts->list[i].day == day)
			return true;
	return false;
}

/* A file that is read again may say less, or of other days. */
static int forget_parts(struct store *store, int64_t file_id, const struct wellness_parts *comes)
{
	int32_t day = 0;
	int r;
	while ((r = old_day(store, file_id, &day)) > 0) {
		r = drop_parts(store, file_id, day);
		if (r == 0 && !has_day(comes, day))
			r = refresh_day(store, day);
		if (r < 0)
			return r;
	}
	return r;
}

int store_put_wellness(struct store *store, int64_t file_id, const struct wellness_parts *parts)
{
	int r = forget_parts(store, file_id, parts);
	for (size_t i = 0; r == 0 && i < parts->n; i++)
		r = put_part(store, file_id, &parts->list[i]);
	/* the parts of a report stand in the order of days */
	for (size_t i = 0; r == 0 && i < parts->n; i++)
		if (i + 1 == parts->n || parts->list[i].day != parts->list[i + 1].day)
			r = refresh_day(store, parts->list[i].day);
	return r;
}
