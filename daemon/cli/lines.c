/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/lines.h"

#include "base/cleanup.h"
#include "base/utf8.h"
#include "cli/text_width.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_MIN 20u
#define WORD_BYTES 1024u

unsigned lines_width(FILE *stream)
{
	struct winsize size = { 0 };
	int fd = fileno(stream);
	if (fd < 0 || !isatty(fd) || ioctl(fd, TIOCGWINSZ, &size) < 0 || size.ws_col < WIDTH_MIN)
		return 0;
	return size.ws_col;
}

static unsigned new_line(FILE *stream, unsigned indent)
{
	(void)fprintf(stream, "\n%*s", (int)indent, "");
	return indent;
}

void lines_print(FILE *stream, const char *text, unsigned used, unsigned indent, unsigned width)
{
	bool first = used <= indent; /* on its line */
	while (*text) {
		if (*text == '\n') {
			used = new_line(stream, indent);
			first = true;
			text++;
			continue;
		}
		size_t blanks = strspn(text, " ");
		size_t size = strcspn(text + blanks, " \n");
		char word[WORD_BYTES], clean[3 * WORD_BYTES];
		size_t kept = size < sizeof word ? size : sizeof word - 1;
		memcpy(word, text + blanks, kept);
		word[kept] = '\0';
		(void)utf8_clean(word, kept, clean, sizeof clean);
		unsigned wide = text_width(clean);
		if (width && !first && used + blanks + wide > width)
			used = new_line(stream, indent);
		else
			used += (unsigned)fprintf(stream, "%*s", (int)blanks, "");
		(void)fputs(clean, stream);
		used += wide;
		first = false;
		text += blanks + kept;
	}
}

void lines_say(unsigned used, unsigned indent, const char *format, ...)
{
	AUTO_FREE char *text = NULL;
	va_list arguments;
	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	lines_print(stdout, text ? text : "", used, indent, lines_width(stdout));
	(void)putchar('\n');
}

char *lines_flatten(char *text)
{
	for (char *at = text; *at; at++)
		if ((unsigned char)*at < ' ')
			*at = ' ';
	return text;
}

void lines_redraw(FILE *stream, const char *text)
{
	unsigned width = lines_width(stream);
	char clean[3 * WORD_BYTES];
	(void)utf8_clean(text, strlen(text), clean, sizeof clean);
	/* one column stays free: in the last one some terminals begin a new line */
	for (size_t size = strlen(clean); width && size && text_width(clean) >= width;) {
		do
			size--;
		while (size && ((unsigned char)clean[size] & 0xc0) == 0x80);
		clean[size] = '\0';
	}
	(void)fprintf(stream, "\r\033[K%s", clean);
	(void)fflush(stream);
}
