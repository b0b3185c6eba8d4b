/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What the test receiver does with one request after the other.
 *
 * A list such as "500,429:retry-after=7,301,ok*3,slow=40": a word a request, "ok" when it is used up.
 *   NNN[:retry-after=N]  that status           ok          200
 *   slow=N               200 after N seconds    silent      no answer, the line stays open
 *   endless              200 and a body without an end
 *   bodyhang, bodycut    200 and a body that stops, with the line open or closed
 *   headercut            half a header, then closed
 *   close, reset         closed without a byte, or reset, after the request was read
 * "*N" behind a word repeats it. */

#include <stdbool.h>
#include <stddef.h>

enum act_kind {
	ACT_STATUS,
	ACT_SLOW,
	ACT_SILENT,
	ACT_ENDLESS,
	ACT_BODYHANG,
	ACT_BODYCUT,
	ACT_HEADERCUT,
	ACT_CLOSE,
	ACT_RESET,
};

struct act {
	enum act_kind kind;
	int status;
	long slow_s;
	bool has_retry_after;
	long retry_after_s;
	char word[48]; /* as it stands in the list */
};

struct script {
	struct act *acts;
	size_t n, next;
};

/* Returns 0; -EINVAL; -ENOMEM. */
int script_parse(const char *list, struct script *ret);
struct act script_next(struct script *script);
void script_done(struct script *script);

/* Whether a receiver that does this has taken the message in. */
bool act_accepts(const struct act *act);

/* The bytes that are answered first. Returns their length. */
size_t act_answer(const struct act *act, char *ret, size_t capacity);
