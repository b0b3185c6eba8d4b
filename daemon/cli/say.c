/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/say.h"

#include "base/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PART_BYTES 4096u

void cli_print_clean_to(FILE *out, const char *text)
{
	char clean[PART_BYTES];
	(void)utf8_clean(text, strlen(text), clean, sizeof clean);
	(void)fputs(clean, out);
}

static void say(const char *part, const char *separator)
{
	cli_print_clean_to(stderr, part);
	(void)fputs(separator, stderr);
}

void cli_print_clean(const char *text)
{
	cli_print_clean_to(stdout, text);
}

int cli_fail(int status, const char *what, const char *where, const char *format, ...)
{
	char why[PART_BYTES];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(why, sizeof why, format, arguments);
	va_end(arguments);
	(void)fputs("knead: ", stderr);
	say(what, ": ");
	if (where)
		say(where, ": ");
	say(why, "\n");
	return status;
}

int cli_fail_errno(int status, const char *what, const char *where, int error)
{
	/* the system's words for this one ("structure needs cleaning") help nobody */
	const char *why =
		error == -EUCLEAN
			? "damaged: restore it from a backup, or move it away and import again"
			: strerror(-error);
	return cli_fail(status, what, where, "%s", why);
}

const char *cli_style(const struct cli_context *context, enum style style)
{
	static const char *const sequences[STYLE_COUNT] = {
		[STYLE_PLAIN] = "\x1B[0m",
		[STYLE_BOLD] = "\x1B[1m",
		[STYLE_DIM] = "\x1B[2m",
		[STYLE_GOOD] = "\x1B[32m",
		[STYLE_WARN] = "\x1B[33m",
		[STYLE_BAD] = "\x1B[31m",
	};
	return context->colour ? sequences[style] : "";
}

bool cli_wants_colour(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	return isatty(STDOUT_FILENO) && !(no_color && no_color[0]) &&
	       !(term && strcmp(term, "dumb") == 0);
}

int cli_flush(int status)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	return cli_fail(status ? status : CLI_PART, "cannot write", "standard output", "%s",
		errno ? strerror(errno) : "an earlier write failed");
}
