/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/board.h"

#include "import/result_json.h"
#include "util/log.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#define EVERY_USEC 200000u

static uint64_t monotonic_usec(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static void write_down(struct board *board)
{
	board->reading.at_ms = clock_now_ms(board->clock);
	board->written_usec = monotonic_usec();
	/* somebody who looks sees less; the reading itself does not suffer */
	int r = reading_write(board->state_dir, &board->reading);
	if (r < 0)
		log_line(LOG_LEVEL_DEBUG, "how far a reading is could not be written: %d", r);
}

void board_init(struct board *board, const char *state_dir, struct clock_source *clock)
{
	*board = (struct board) { .state_dir = state_dir, .clock = clock };
	if (reading_read(state_dir, &board->reading) < 0 || board->reading.phase == READING_DONE)
		return;
	board->reading.phase = READING_DONE;
	board->reading.status = -ECANCELED;
	(void)snprintf(board->reading.why, sizeof board->reading.why,
		"kneadd was ended before it was through: it goes on when the watch is plugged in");
	write_down(board);
}

void board_done(struct board *board)
{
	if (board->shown)
		board_end(board, NULL);
	reading_done(&board->reading);
}

void board_begin(struct board *board, const char *source, const char *name)
{
	struct reading *reading = &board->reading;
	int64_t number = reading->number + (board->shown ? 0 : 1);
	reading_done(reading);
	*reading = (struct reading) { .phase = READING_LOOKING, .number = number };
	(void)snprintf(reading->source, sizeof reading->source, "%s", source);
	(void)snprintf(reading->name, sizeof reading->name, "%s", name);
	board->shown = true;
	write_down(board);
}

void board_listed(struct board *board, uint32_t wanted, uint64_t wanted_bytes)
{
	if (!board->shown)
		return;
	board->reading.phase = READING_FETCHING;
	board->reading.wanted = wanted;
	board->reading.wanted_bytes = wanted_bytes;
	write_down(board);
}

void board_progress(struct board *board, uint32_t got, uint32_t refused, uint64_t got_bytes)
{
	if (!board->shown)
		return;
	board->reading.got = got;
	board->reading.refused = refused;
	board->reading.got_bytes = got_bytes;
	if (monotonic_usec() - board->written_usec >= EVERY_USEC)
		write_down(board);
}

void board_released(struct board *board, int status, const char *why)
{
	if (!board->shown)
		return;
	board->reading.phase = READING_STORING;
	board->reading.status = status;
	(void)snprintf(board->reading.why, sizeof board->reading.why, "%s", why);
	write_down(board);
}

void board_end(struct board *board, const struct import_result *result)
{
	if (!board->shown)
		return;
	board->shown = false;
	board->reading.phase = READING_DONE;
	board->reading.result = result ? import_result_to_json(result) : NULL;
	write_down(board);
	/* only somebody who looks needs it */
	reading_done(&board->reading);
}
