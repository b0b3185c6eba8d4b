/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "util/log.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <systemd/sd-journal.h>

#define LINE_BYTES 1024u

/* Set once at start, before anything else runs. */
static const char *program_name = "knead";
static enum log_level highest = LOG_LEVEL_INFO;
static bool to_journal;

/* systemd tells the device and inode of the journal's socket to whom it connected to it. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat st;
	if (!stream || fstat(STDERR_FILENO, &st) < 0)
		return false;
	char mine[64];
	(void)snprintf(mine, sizeof mine, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	return strcmp(mine, stream) == 0;
}

void log_open(const char *program)
{
	program_name = program;
	to_journal = stderr_is_journal();
}

void log_set_level(enum log_level level)
{
	highest = level;
}

static size_t field(
	struct iovec *fields, size_t n, char *buffer, const char *name, const char *value)
{
	if (!value)
		return n;
	int start = snprintf(buffer, LINE_BYTES, "%s=", name);
	size_t length = (size_t)start + utf8_clean(value, strlen(value), buffer + start,
						LINE_BYTES - (size_t)start);
	fields[n] = (struct iovec) { .iov_base = buffer, .iov_len = length };
	return n + 1;
}

static void emit(const struct log_about *about, enum log_level level, const char *text)
{
	if (!to_journal) {
		char clean[LINE_BYTES];
		utf8_clean(text, strlen(text), clean, sizeof clean);
		(void)fprintf(stderr, "%s: %s\n", program_name, clean);
		return;
	}
	char buffers[6][LINE_BYTES];
	struct iovec fields[6];
	char priority[2] = { (char)('0' + (int)level), '\0' };
	size_t n = field(fields, 0, buffers[0], "MESSAGE", text);
	n = field(fields, n, buffers[1], "PRIORITY", priority);
	n = field(fields, n, buffers[2], "KNEAD_DEVICE", about->device);
	n = field(fields, n, buffers[3], "KNEAD_FILE", about->file);
	n = field(fields, n, buffers[4], "KNEAD_JOB", about->job);
	n = field(fields, n, buffers[5], "MESSAGE_ID", about->message_id);
	(void)sd_journal_sendv(fields, (int)n);
}

void log_line(enum log_level level, const char *format, ...)
{
	if (level > highest)
		return;
	char text[LINE_BYTES];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	emit(&(struct log_about) { 0 }, level, text);
}

void log_line_about(const struct log_about *about, enum log_level level, const char *format, ...)
{
	if (level > highest)
		return;
	char text[LINE_BYTES];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	emit(about, level, text);
}

int log_error(int error, const char *format, ...)
{
	char what[LINE_BYTES], text[LINE_BYTES + 128];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(what, sizeof what, format, arguments);
	va_end(arguments);
	(void)snprintf(text, sizeof text, "%s: %s", what, strerror(-error));
	emit(&(struct log_about) { 0 }, LOG_LEVEL_ERROR, text);
	return error;
}
