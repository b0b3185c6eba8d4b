/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/lines.h"

#include "base/utf8.h"
#include "cli/text_width.h"

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
	bool first = true; /* on its line */
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
