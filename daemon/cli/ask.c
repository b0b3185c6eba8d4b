/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ask.h"

#include "base/num.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

/* A line without its end. Returns 1; 0 at the end of input; -EMSGSIZE, and then the rest was skipped. */
static int read_line(char ret[ASK_BYTES])
{
	if (!fgets(ret, (int)ASK_BYTES, stdin)) {
		(void)putchar('\n');
		return ferror(stdin) ? -EIO : 0;
	}
	size_t size = strlen(ret);
	if (size && ret[size - 1] == '\n')
		ret[size - 1] = '\0';
	else if (!feof(stdin)) {
		for (int c = getchar(); c != '\n' && c != EOF;)
			c = getchar();
		return -EMSGSIZE;
	}
	return 1;
}

static void trim(char *text)
{
	size_t size = strlen(text), skip = 0;
	while (size && isspace((unsigned char)text[size - 1]))
		text[--size] = '\0';
	while (isspace((unsigned char)text[skip]))
		skip++;
	memmove(text, text + skip, size - skip + 1);
}

int ask_line(const char *question, const char *fallback, char ret[ASK_BYTES])
{
	for (;;) {
		(void)printf(fallback ? "%s [%s]: " : "%s: ", question, fallback);
		(void)fflush(stdout);
		int r = read_line(ret);
		if (r == -EMSGSIZE) {
			(void)puts("That is too long.");
			continue;
		}
		if (r <= 0)
			return r;
		trim(ret);
		if (!*ret && fallback)
			(void)snprintf(ret, ASK_BYTES, "%s", fallback);
		return 1;
	}
}

int ask_hidden(const char *question, char ret[ASK_BYTES])
{
	struct termios shown;
	bool terminal = tcgetattr(STDIN_FILENO, &shown) == 0;
	if (terminal) {
		struct termios hidden = shown;
		hidden.c_lflag &= ~(tcflag_t)ECHO;
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &hidden);
	}
	int r = ask_line(question, NULL, ret);
	if (terminal) {
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &shown);
		(void)putchar('\n');
	}
	return r;
}

int ask_yes(const char *question, bool fallback, bool *ret)
{
	char answer[ASK_BYTES];
	for (;;) {
		int r = ask_line(question, fallback ? "Y/n" : "y/N", answer);
		if (r <= 0)
			return r;
		bool yes = strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0;
		bool no = strcasecmp(answer, "n") == 0 || strcasecmp(answer, "no") == 0;
		if (strcmp(answer, "Y/n") == 0 || strcmp(answer, "y/N") == 0) {
			*ret = fallback;
			return 1;
		}
		if (yes || no) {
			*ret = yes;
			return 1;
		}
		(void)puts("Please answer y or n.");
	}
}

int ask_choice(const char *question, const char *const *choices, size_t n, size_t *ret)
{
	char answer[ASK_BYTES];
	(void)puts(question);
	for (size_t i = 0; i < n; i++)
		(void)printf("  %zu  %s\n", i + 1, choices[i]);
	for (;;) {
		int64_t number = 0;
		int r = ask_line("Your choice", "1", answer);
		if (r <= 0)
			return r;
		if (num_int(answer, strlen(answer), 1, (int64_t)n, &number) == 0) {
			*ret = (size_t)number - 1;
			return 1;
		}
		(void)printf("Please answer a number from 1 to %zu.\n", n);
	}
}
