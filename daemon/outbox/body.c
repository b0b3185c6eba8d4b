/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/body.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <jansson.h>

#define ELLIPSIS "\xe2\x80\xa6"
#define TYPE_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."
#define PRIORITY_DEFAULT 3
#define PRIORITY_HIGH 4
#define SEVERITY_HIGH 2

static void json_freep(json_t **json)
{
	json_decref(*json);
}

static json_t *load_object(const char *text)
{
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	if (json && !json_is_object(json)) {
		json_decref(json);
		return NULL;
	}
	return json;
}

/* Past the closing quote of the string that begins at `at`. The text is known to be JSON. */
static const char *skip_string(const char *at)
{
	for (at++; *at && *at != '"'; at++)
		if (*at == '\\' && at[1])
			at++;
	return *at ? at + 1 : at;
}

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

/* Where the string value of the outermost `type` begins (at its quote). NULL when there is none. */
static const char *find_type(const char *at)
{
	uint32_t depth = 0;
	while (*at) {
		if (*at == '{' || *at == '[')
			depth++;
		if (*at == '}' || *at == ']')
			depth--;
		if (*at != '"') {
			at++;
			continue;
		}
		const char *key = at;
		at = skip_string(at);
		const char *colon = skip_blanks(at);
		if (depth != 1 || *colon != ':')
			continue;
		at = skip_blanks(colon + 1);
		if (strncmp(key, "\"type\"", 6) == 0 && *at == '"')
			return at;
	}
	return NULL;
}

int body_with_type(const char *json, const char *type, char **ret)
{
	if (!*type || type[strspn(type, TYPE_LETTERS)])
		return -EBADMSG;
	CLEANUP(json_freep) json_t *object = load_object(json);
	const char *own = json_string_value(json_object_get(object, "type"));
	const char *value = own ? find_type(json) : NULL;
	if (!value)
		return -EBADMSG;
	char *body = NULL;
	if (strcmp(own, type) == 0)
		body = strdup(json);
	else if (asprintf(&body, "%.*s\"%s\"%s", (int)(value - json), json, type,
			 skip_string(value)) < 0)
		return -ENOMEM;
	if (!body)
		return -ENOMEM;
	*ret = body;
	return 0;
}

/* The length of at most max bytes of text that ends between two characters (text is valid UTF-8). */
static size_t whole_characters(const char *text, size_t max)
{
	while (max > 0 && ((unsigned char)text[max] & 0xc0) == 0x80)
		max--;
	return max;
}

/* A copy without control characters, of at most max bytes. */
static json_t *clean_text(const char *text, size_t max, bool keep_lines)
{
	size_t length = strlen(text);
	bool cut = length > max;
	if (cut)
		length = whole_characters(text, max - strlen(ELLIPSIS));
	AUTO_FREE char *copy = NULL;
	if (asprintf(&copy, "%.*s%s", (int)length, text, cut ? ELLIPSIS : "") < 0)
		return NULL;
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)copy[i];
		if ((c < ' ' && !(keep_lines && c == '\n')) || c == 0x7f)
			copy[i] = ' ';
	}
	return json_string(copy);
}

/* ntfy shows known names as a picture before the title. */
static const char *tag_of(const char *type)
{
	static const struct {
		const char *type, *tag;
	} tags[] = {
		{ "import.completed", "runner" },
		{ "massage.suggested", "massage" },
		{ "rest.first", "warning" },
		{ "watch.stuck", "watch" },
		{ "watch.stale", "watch" },
		{ "strain.cleared", "white_check_mark" },
		{ "strain.weekly", "calendar" },
		{ "alert.test", "bell" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(tags); i++)
		if (strcmp(tags[i].type, type) == 0)
			return tags[i].tag;
	return "runner";
}

int body_for_ntfy(const char *json, const char *type, const char *topic, char **ret)
{
	CLEANUP(json_freep) json_t *event = load_object(json);
	if (!event)
		return -EBADMSG;
	const json_t *data = json_object_get(event, "data");
	const json_t *text = json_object_get(data, "text");
	const char *title = json_string_value(json_object_get(text, "title"));
	const char *message = json_string_value(json_object_get(text, "body"));
	bool high = json_is_true(json_object_get(data, "rest_first")) ||
		    json_number_value(json_object_get(data, "severity")) >= SEVERITY_HIGH;
	CLEANUP(json_freep)
	json_t *note = json_pack("{s:s, s:o, s:o, s:i, s:[s]}", "topic", topic, "title",
		clean_text(title ? title : "Knead", NTFY_TITLE_MAX_BYTES, false), "message",
		clean_text(message ? message : type, NTFY_MESSAGE_MAX_BYTES, true), "priority",
		high ? PRIORITY_HIGH : PRIORITY_DEFAULT, "tags", tag_of(type));
	if (!note)
		return -ENOMEM;
	char *body = json_dumps(note, JSON_COMPACT);
	if (!body)
		return -ENOMEM;
	*ret = body;
	return 0;
}
