/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Lines for the journal or, where there is none, for stderr.
 *
 * Sentences without a full stop, lower case, that name the thing. Whoever decides what happens next
 * logs, once. Text from a watch or a server is cleaned here; secrets, URLs with tokens and coordinates
 * are never handed in. */

#include <stdarg.h>
#include <stdbool.h>

enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_NOTICE = 5,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7
};

/* What a line is about, as journal fields; NULL leaves one out. */
struct log_about {
	const char *device;     /* KNEAD_DEVICE */
	const char *file;       /* KNEAD_FILE */
	const char *job;        /* KNEAD_JOB: "3", the third import since kneadd started */
	const char *message_id; /* MESSAGE_ID, 32 hex digits */
};

/* "kneadd" or "knead"; stands before each line on stderr. Call once, before the first line. */
void log_open(const char *program);
void log_set_level(enum log_level level);

__attribute__((format(printf, 2, 3))) void log_line(enum log_level level, const char *format, ...);
__attribute__((format(printf, 3, 4))) void log_line_about(
	const struct log_about *about, enum log_level level, const char *format, ...);

/* Logs "WHAT: strerror(error)" as an error and returns `error` (negative errno). */
__attribute__((format(printf, 2, 3))) int log_error(int error, const char *format, ...);
