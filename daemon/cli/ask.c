/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ask.h"

#include "base/num.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

#define LOOK_MS 100 /* for a signal, while a hidden answer is typed */

/* A line without its end. Returns 1; 0 at the end of input; -EMSGSIZE, and then the rest was skipped. */
static int read_line(char ret[ASK_BYTES])
{
	size_t size = 0;
	int c = getchar();
	memset(ret, 0, ASK_BYTES);
	if (c == EOF) {
		(void)putchar('\n');
		return ferror(stdin) ? -EIO : 0;
	}
	/* a NUL would end the text before its line ends */
	for (; c != '\n' && c != EOF; c = getchar(), size++)
		if (size + 1 < ASK_BYTES)
			ret[size] = (char)(c == '\0' ? '?' : c);
	return size < ASK_BYTES ? 1 : -EMSGSIZE;
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

static bool has_pending(const sigset_t *of)
{
	sigset_t pending;
	if (sigpending(&pending) < 0)
		return false;
	for (int number = 1; number < NSIG; number++)
		if (sigismember(of, number) == 1 && sigismember(&pending, number) == 1)
			return true;
	return false;
}

/* Whoever interrupts here must not be left with a terminal that shows nothing any more: signals wait until it
 * does again. */
static int read_hidden(const struct termios *shown, char ret[ASK_BYTES])
{
	struct termios hidden = *shown;
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	sigset_t held, before;
	(void)sigemptyset(&held);
	(void)sigaddset(&held, SIGINT);
	(void)sigaddset(&held, SIGQUIT);
	(void)sigaddset(&held, SIGTERM);
	(void)sigaddset(&held, SIGHUP);
	(void)sigaddset(&held, SIGTSTP);
	(void)sigprocmask(SIG_BLOCK, &held, &before);
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &hidden);
	/* a terminal is readable when a whole line is there */
	while (poll(&input, 1, LOOK_MS) == 0 && !has_pending(&held))
		;
	int r = has_pending(&held) ? 0 : read_line(ret);
	(void)tcsetattr(STDIN_FILENO, TCSANOW, shown);
	(void)putchar('\n');
	(void)fflush(stdout);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return r;
}

int ask_hidden(const char *question, char ret[ASK_BYTES])
{
	struct termios shown;
	if (tcgetattr(STDIN_FILENO, &shown) < 0)
		return ask_line(question, NULL, ret);
	for (;;) {
		(void)printf("%s: ", question);
		(void)fflush(stdout);
		int r = read_hidden(&shown, ret);
		if (r == -EMSGSIZE) {
			(void)puts("That is too long.");
			continue;
		}
		if (r > 0)
			trim(ret);
		return r;
	}
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
