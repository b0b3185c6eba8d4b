/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_history.h"

#include "base/cleanup.h"
#include "store/model_numbers.h"
#include "store/statement.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define MS_PER_HOUR 3600000.0
#define MS_PER_DAY INT64_C(86400000)
#define DAY_MARGIN 3 /* a local day begins at most so many days before or behind the UTC one */

void history_done(struct history *history)
{
	free(history->sessions);
	free(history->wellness);
	free(history->massages);
	free(history->reports);
	free(history->flags);
	*history = (struct history) { 0 };
}

/* One of the five arrays: its rows are read one by one into room that is there already. */
struct reader {
	enum statement which;
	size_t row_bytes;
	/* Returns 1 for a row that counts, 0 for one that does not, or a negative errno. */
	int (*read)(sqlite3_stmt *stmt, void *row);
};

static int read_session(sqlite3_stmt *stmt, void *row)
{
	struct strain_session *session = row;
	if (sqlite3_column_type(stmt, 0) == SQLITE_NULL)
		return 0;
	session->start_h = (double)sqlite3_column_int64(stmt, 0) / MS_PER_HOUR;
	session->end_h = (double)sqlite3_column_int64(stmt, 1) / MS_PER_HOUR;
	session->day = sqlite3_column_int(stmt, 2);
	session->doubts = (uint32_t)sqlite3_column_int64(stmt, 3);
	if (model_numbers_read(sqlite3_column_blob(stmt, 4), (size_t)sqlite3_column_bytes(stmt, 4),
		    session) < 0)
		return -EUCLEAN;
	return 1;
}

static int read_wellness(sqlite3_stmt *stmt, void *row)
{
	*(struct wellness_day *)row = (struct wellness_day) {
		.day = sqlite3_column_int(stmt, 0),
		.resting_hr_bpm = column_number(stmt, 1),
		.stress_avg = column_number(stmt, 2),
		.hrv_rmssd_ms = column_number(stmt, 3),
		.sleep_h = column_number(stmt, 4),
	};
	return 1;
}

static int read_massage(sqlite3_stmt *stmt, void *row)
{
	*(struct strain_massage *)row = (struct strain_massage) {
		.at_h = (double)sqlite3_column_int64(stmt, 0) / MS_PER_HOUR,
		.minutes = sqlite3_column_double(stmt, 1),
	};
	return 1;
}

static int read_report(sqlite3_stmt *stmt, void *row)
{
	*(struct strain_report *)row = (struct strain_report) {
		.at_h = (double)sqlite3_column_int64(stmt, 0) / MS_PER_HOUR,
		.soreness = sqlite3_column_double(stmt, 1),
		.regions = (uint32_t)sqlite3_column_int64(stmt, 2),
	};
	return 1;
}

static int read_flag(sqlite3_stmt *stmt, void *row)
{
	bool ended = sqlite3_column_type(stmt, 1) != SQLITE_NULL;
	*(struct strain_flag *)row = (struct strain_flag) {
		.from_h = (double)sqlite3_column_int64(stmt, 0) / MS_PER_HOUR,
		.to_h = ended ? (double)sqlite3_column_int64(stmt, 1) / MS_PER_HOUR : INFINITY,
	};
	return 1;
}

/* ?1 and ?2 of the statements that know a beginning; the others have no such places. */
static void bind_beginning(sqlite3_stmt *stmt, int32_t from_day)
{
	bool whole = from_day == HISTORY_WHOLE;
	int64_t from_ms = ((int64_t)from_day - DAY_MARGIN) * MS_PER_DAY;
	(void)sqlite3_bind_int64(stmt, 1, whole ? INT64_MIN : from_ms);
	(void)sqlite3_bind_int(stmt, 2, from_day);
}

/* Reads at most `capacity` rows: the count was taken in the same transaction. */
static int read_all(struct store *store, const struct reader *reader, int32_t from_day,
	size_t capacity, void **ret, size_t *ret_n)
{
	AUTO_FREE char *rows = calloc(capacity ? capacity : 1, reader->row_bytes);
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	if (!rows)
		return -ENOMEM;
	int r = store_statement(store, reader->which, &stmt);
	if (r < 0)
		return r;
	bind_beginning(stmt, from_day);
	size_t n = 0;
	while (n < capacity && (r = store_step(store, stmt)) > 0) {
		r = reader->read(stmt, rows + n * reader->row_bytes);
		if (r < 0)
			return r;
		n += (size_t)r;
	}
	if (r < 0)
		return r;
	*ret = TAKE_PTR(rows);
	*ret_n = n;
	return 0;
}

static int by_start(const void *a, const void *b)
{
	const struct strain_session *first = a, *second = b;
	if (first->start_h != second->start_h)
		return first->start_h < second->start_h ? -1 : 1;
	if (first->end_h != second->end_h)
		return first->end_h < second->end_h ? -1 : 1;
	return 0;
}

/* Files mostly come in the order in which they were run: then there is nothing to do. */
static void sort_sessions(struct strain_session *sessions, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (by_start(&sessions[i - 1], &sessions[i]) > 0) {
			qsort(sessions, n, sizeof *sessions, by_start);
			return;
		}
	}
}

static int count(struct store *store, int32_t from_day, size_t ret[5])
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_HISTORY_COUNT, &stmt);
	if (r < 0)
		return r;
	bind_beginning(stmt, from_day);
	r = store_step(store, stmt);
	if (r <= 0)
		return r < 0 ? r : -EIO;
	for (int i = 0; i < 5; i++)
		ret[i] = (size_t)sqlite3_column_int64(stmt, i);
	return 0;
}

/* Whether there are sessions before the first one that is read. */
static int find_earlier(struct store *store, int32_t from_day, struct strain_history *view)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_HISTORY_EARLIER, &stmt);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int(stmt, 1, from_day);
	(void)sqlite3_bind_int64(stmt, 2, (int64_t)(STRAIN_SESSION_MAX_HOURS * MS_PER_HOUR));
	r = store_step(store, stmt);
	view->has_earlier = r > 0;
	view->from_day = from_day;
	view->earlier_day = r > 0 ? sqlite3_column_int(stmt, 0) : from_day;
	return r < 0 ? r : 0;
}

static int load(struct store *store, int32_t from_day, struct history *history)
{
	struct strain_history *view = &history->view;
	const struct {
		struct reader reader;
		void **rows;
		size_t *n;
	} parts[5] = {
		{ { ST_HISTORY, sizeof *history->sessions, read_session },
			(void **)&history->sessions, &view->sessions_n },
		{ { ST_HISTORY_WELLNESS, sizeof *history->wellness, read_wellness },
			(void **)&history->wellness, &view->wellness_n },
		{ { ST_HISTORY_MASSAGES, sizeof *history->massages, read_massage },
			(void **)&history->massages, &view->massages_n },
		{ { ST_HISTORY_REPORTS, sizeof *history->reports, read_report },
			(void **)&history->reports, &view->reports_n },
		{ { ST_HISTORY_FLAGS, sizeof *history->flags, read_flag }, (void **)&history->flags,
			&view->flags_n },
	};
	size_t counts[5];
	int r = count(store, from_day, counts);
	for (size_t i = 0; i < 5 && r == 0; i++)
		r = read_all(
			store, &parts[i].reader, from_day, counts[i], parts[i].rows, parts[i].n);
	if (r == 0 && from_day != HISTORY_WHOLE)
		r = find_earlier(store, from_day, view);
	if (r < 0)
		return r;
	sort_sessions(history->sessions, view->sessions_n);
	view->sessions = history->sessions;
	view->wellness = history->wellness;
	view->massages = history->massages;
	view->reports = history->reports;
	view->flags = history->flags;
	return 0;
}

int store_load_history_from(struct store *store, int32_t from_day, struct history *ret)
{
	CLEANUP(history_done) struct history history = { 0 };
	/* one picture, also while another process writes */
	bool own = sqlite3_get_autocommit(store->db) != 0;
	int r = own ? sqlite_run(store->db, "BEGIN") : 0;
	if (r < 0)
		return r;
	r = load(store, from_day, &history);
	if (own)
		(void)sqlite_run(store->db, r < 0 ? "ROLLBACK" : "COMMIT");
	if (r < 0)
		return r;
	*ret = history;
	history = (struct history) { 0 };
	return 0;
}

int store_load_history(struct store *store, struct history *ret)
{
	return store_load_history_from(store, HISTORY_WHOLE, ret);
}

int store_changed_day(struct store *store, int32_t *ret_day)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_CHANGED_GET, &stmt);
	if (r < 0)
		return r;
	r = store_step(store, stmt);
	if (r < 0)
		return r;
	*ret_day = r > 0 ? (int32_t)column_known(stmt, 0, INT32_MAX) : INT32_MAX;
	return 0;
}

int store_clear_changed(struct store *store)
{
	AUTO_RESET sqlite3_stmt *stmt = NULL;
	int r = store_statement(store, ST_CHANGED_CLEAR, &stmt);
	return r < 0 ? r : store_run(store, stmt);
}
