/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/receiver_script.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ACTS_MAX 10000u
#define BODY_ANSWER "{\"ok\":true}\n"

static const struct {
	const char *word;
	enum act_kind kind;
	int status;
} words[] = {
	{ "ok", ACT_STATUS, 200 },
	{ "slow", ACT_SLOW, 200 },
	{ "silent", ACT_SILENT, 0 },
	{ "endless", ACT_ENDLESS, 200 },
	{ "bodyhang", ACT_BODYHANG, 200 },
	{ "bodycut", ACT_BODYCUT, 200 },
	{ "headercut", ACT_HEADERCUT, 200 },
	{ "close", ACT_CLOSE, 0 },
	{ "reset", ACT_RESET, 0 },
};

static bool whole_number(const char *text, long *ret)
{
	char *end = NULL;
	errno = 0;
	*ret = strtol(text, &end, 10);
	return end != text && !*end && errno == 0;
}

static int parse_word(char *word, struct act *act)
{
	*act = (struct act) { 0 };
	(void)snprintf(act->word, sizeof act->word, "%s", word);
	char *option = strchr(word, ':');
	if (option) {
		*option++ = '\0';
		act->has_retry_after = true;
		if (strncmp(option, "retry-after=", 12) != 0 ||
			!whole_number(option + 12, &act->retry_after_s))
			return -EINVAL;
	}
	char *value = strchr(word, '=');
	if (value) {
		*value++ = '\0';
		if (strcmp(word, "slow") != 0 || !whole_number(value, &act->slow_s))
			return -EINVAL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcmp(word, words[i].word) == 0) {
			act->kind = words[i].kind;
			act->status = words[i].status;
			return 0;
		}
	long status;
	if (!whole_number(word, &status) || status < 200 || status > 999)
		return -EINVAL;
	act->status = (int)status;
	return 0;
}

int script_parse(const char *list, struct script *ret)
{
	*ret = (struct script) { 0 };
	AUTO_FREE char *copy = strdup(list);
	if (!copy)
		return -ENOMEM;
	char *rest = NULL;
	for (char *word = strtok_r(copy, ",", &rest); word; word = strtok_r(NULL, ",", &rest)) {
		long times = 1;
		char *star = strchr(word, '*');
		if (star) {
			*star = '\0';
			if (!whole_number(star + 1, &times) || times < 1)
				return -EINVAL;
		}
		struct act act;
		if (parse_word(word, &act) < 0 || (size_t)times > ACTS_MAX - ret->n)
			return -EINVAL;
		struct act *longer =
			reallocarray(ret->acts, ret->n + (size_t)times, sizeof *longer);
		if (!longer)
			return -ENOMEM;
		ret->acts = longer;
		while (times-- > 0)
			ret->acts[ret->n++] = act;
	}
	return 0;
}

struct act script_next(struct script *script)
{
	if (script->next < script->n)
		return script->acts[script->next++];
	return (struct act) { .kind = ACT_STATUS, .status = 200, .word = "ok" };
}

void script_done(struct script *script)
{
	free(script->acts);
	*script = (struct script) { 0 };
}

bool act_accepts(const struct act *act)
{
	return act->status >= 200 && act->status < 300;
}

static const char *reason_of(int status)
{
	return status < 300 ? "OK" : status < 400 ? "Elsewhere" : "No";
}

size_t act_answer(const struct act *act, char *ret, size_t capacity)
{
	char retry[64] = "";
	if (act->has_retry_after)
		(void)snprintf(retry, sizeof retry, "Retry-After: %ld\r\n", act->retry_after_s);
	int n = 0;
	switch (act->kind) {
	case ACT_STATUS:
	case ACT_SLOW:
		n = snprintf(ret, capacity,
			"HTTP/1.1 %d %s\r\nContent-Type: application/json\r\n"
			"Content-Length: %zu\r\n%s%sConnection: close\r\n\r\n%s",
			act->status, reason_of(act->status), strlen(BODY_ANSWER),
			act->status / 100 == 3 ? "Location: /followed\r\n" : "", retry,
			BODY_ANSWER);
		break;
	case ACT_ENDLESS:
		n = snprintf(ret, capacity, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
		break;
	case ACT_BODYHANG:
	case ACT_BODYCUT:
		n = snprintf(ret, capacity,
			"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\nhalf");
		break;
	case ACT_HEADERCUT:
		n = snprintf(ret, capacity, "HTTP/1.1 200 OK\r\nContent-Le");
		break;
	case ACT_SILENT:
	case ACT_CLOSE:
	case ACT_RESET:
		break;
	}
	return (size_t)n;
}
