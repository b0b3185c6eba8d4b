/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The phone's screen: a box with the title, the time, the text and where it came from. */

#include "support/receiver_note.h"

#include "base/utf8.h"
#include "util/clock.h"

#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#define COLUMNS 66 /* between the two edges */
#define LINE_BYTES 1024u

/* One character of valid UTF-8: its bytes, and the columns it takes. */
static size_t character(const char *at, int *ret_columns)
{
	wchar_t wide = 0;
	mbstate_t state = { 0 };
	size_t size = mbrtowc(&wide, at, MB_CUR_MAX, &state);
	if (size == 0 || size > MB_CUR_MAX) { /* no UTF-8 locale: a byte is a column */
		*ret_columns = 1;
		return 1;
	}
	int columns = wcwidth(wide);
	*ret_columns = columns < 0 ? 0 : columns;
	return size;
}

static int width(const char *text, size_t size)
{
	int sum = 0;
	for (size_t i = 0; i < size;) {
		int columns;
		i += character(text + i, &columns);
		sum += columns;
	}
	return sum;
}

static void rule(FILE *out, const char *left, const char *label, const char *right)
{
	int columns = *label ? width(label, strlen(label)) + 2 : 0;
	(void)fputs(left, out);
	if (*label)
		(void)fprintf(out, "─ %s ", label);
	for (int i = *label ? columns + 1 : 0; i < COLUMNS; i++)
		(void)fputs("─", out);
	(void)fprintf(out, "%s\n", right);
}

static void row(FILE *out, const char *text, size_t size, const char *right, bool bold)
{
	int used = width(text, size) + width(right, strlen(right));
	(void)fprintf(out, "│ %s%.*s%s%*s%s │\n", bold ? "\033[1m" : "", (int)size, text,
		bold ? "\033[0m" : "", COLUMNS - 2 - used > 0 ? COLUMNS - 2 - used : 0, "", right);
}

/* How many bytes of one line of text fit into `columns`: up to a blank where there is one. */
static size_t fitting(const char *text, size_t size, int columns)
{
	size_t at = 0, blank = 0;
	int used = 0;
	while (at < size) {
		int more;
		size_t bytes = character(text + at, &more);
		if (used + more > columns)
			return blank ? blank : at;
		if (text[at] == ' ')
			blank = at;
		used += more;
		at += bytes;
	}
	return size;
}

static void rows(FILE *out, const char *text, const char *right, bool bold)
{
	while (true) {
		size_t line = strcspn(text, "\n");
		int room = COLUMNS - 2 - (*right ? width(right, strlen(right)) + 2 : 0);
		size_t part = fitting(text, line, room);
		char clean[LINE_BYTES];
		size_t size = utf8_clean(text, part, clean, sizeof clean);
		row(out, clean, size, right, bold);
		right = "";
		text += part;
		if (*text == ' ' || *text == '\n')
			text++;
		if (!*text)
			return;
	}
}

void note_show(const struct note *note, int64_t now_s, FILE *out)
{
	bool terminal = isatty(fileno(out)) && !getenv("NO_COLOR");
	int64_t time_ms = now_s * 1000;
	(void)clock_parse(note->timestamp, &time_ms);
	time_t seconds = (time_t)(time_ms / 1000);
	struct tm local;
	char when[32] = "";
	if (localtime_r(&seconds, &local))
		(void)strftime(when, sizeof when, "%a %e %b %H:%M", &local);
	static const char *const said[] = { "", "", ", signature verified",
		", SIGNATURE IS WRONG" };
	char from[128], name[80];
	utf8_clean(note->webhook, strlen(note->webhook), name, sizeof name);
	(void)snprintf(
		from, sizeof from, "from webhook %s%s", *name ? name : "?", said[note->signature]);
	(void)fputc('\n', out);
	rule(out, "╭", "", "╮");
	rows(out, *note->title ? note->title : "(no title)", when, terminal);
	rule(out, "├", "", "┤");
	rows(out, note->text, "", false);
	rule(out, "╰", from, "╯");
	(void)fflush(out);
}
