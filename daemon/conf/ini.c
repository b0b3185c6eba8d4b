/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf/ini.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum place { PLACE_START, PLACE_SECTION, PLACE_LOST };

struct reader {
	char *at, *end;
	uint32_t line; /* of the line that was read last */
	enum place place;
	struct ini *ini;
	size_t capacity;
};

static int add(struct reader *in, struct ini_item item)
{
	struct ini *ini = in->ini;
	if (ini->n == in->capacity) {
		size_t capacity = in->capacity ? in->capacity * 2 : 32;
		struct ini_item *grown = realloc(ini->items, capacity * sizeof *grown);
		if (!grown)
			return -ENOMEM;
		ini->items = grown;
		in->capacity = capacity;
	}
	ini->items[ini->n++] = item;
	return 0;
}

static int fault(struct reader *in, uint32_t line, const char *why)
{
	return add(in, (struct ini_item) { .kind = INI_FAULT, .line = line, .name = why });
}

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Why a line cannot be used as it is; NULL when it can. C1 controls are two bytes in UTF-8. */
static const char *bad_bytes(const char *text, size_t size)
{
	if (size > INI_LINE_MAX)
		return "the line is longer than 65536 bytes";
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)text[i];
		if (!c)
			return "the line holds a NUL byte; the file must be plain UTF-8 text";
		bool c1 = c == 0xc2 && i + 1 < size && ((unsigned char)text[i + 1] & 0xe0) == 0x80;
		if ((c < 0x20 && c != '\t') || c == 0x7f || c1)
			return "the line holds a control character";
	}
	return NULL;
}

/* One physical line without its end; false when there is none left. */
static bool next_line(struct reader *in, char **ret, size_t *ret_size)
{
	if (in->at == in->end)
		return false;
	char *start = in->at;
	char *newline = memchr(start, '\n', (size_t)(in->end - start));
	char *end = newline ? newline : in->end;
	in->at = newline ? newline + 1 : in->end;
	in->line++;
	if (end > start && end[-1] == '\r')
		end--;
	*ret = start;
	*ret_size = (size_t)(end - start);
	return true;
}

/* An even number of backslashes stands for itself. */
static bool continues(const char *text, size_t size)
{
	size_t n = 0;
	while (n < size && text[size - 1 - n] == '\\')
		n++;
	return n % 2 == 1;
}

static void trim(char **text, size_t *size)
{
	while (*size && blank(**text)) {
		(*text)++;
		(*size)--;
	}
	while (*size && blank((*text)[*size - 1]))
		(*size)--;
}

/* The next line that says something, joined with those that continue it; comments in between are
 * left out. The joined line is shorter than its parts, so that it fits where they stood.
 * ret_why  NULL, or why the line cannot be used */
static bool next_statement(
	struct reader *in, char **ret, size_t *ret_size, uint32_t *ret_line, const char **ret_why)
{
	char *joined = NULL, *line;
	size_t joined_size = 0, size;
	const char *why = NULL;
	while (next_line(in, &line, &size)) {
		const char *bad = bad_bytes(line, size);
		while (size && blank(*line)) {
			line++;
			size--;
		}
		bool comment = size && (*line == '#' || *line == ';');
		if (!bad && (comment || (!size && !joined)))
			continue;
		if (!joined) {
			joined = line;
			*ret_line = in->line;
		}
		why = why ? why : bad;
		memmove(joined + joined_size, line, size);
		joined_size += size;
		if (bad || !continues(joined, joined_size))
			break;
		joined[joined_size - 1] = ' ';
	}
	if (!joined)
		return false;
	if (!why && joined_size > INI_LINE_MAX)
		why = "the line is longer than 65536 bytes";
	trim(&joined, &joined_size);
	*ret = joined;
	*ret_size = joined_size;
	*ret_why = why;
	return true;
}

static int section(struct reader *in, char *text, size_t size, uint32_t line)
{
	in->place = PLACE_LOST;
	char *close = memchr(text, ']', size);
	if (!close)
		return fault(in, line, "the section has no ] at its end");
	if (close != text + size - 1)
		return fault(in, line,
			"nothing may stand behind the ] of a section; comments have "
			"their own line");
	char *type = text + 1;
	size_t type_size = size - 2;
	trim(&type, &type_size);
	if (!type_size)
		return fault(in, line, "the section has no name");
	type[type_size] = '\0';
	char *name = type + strcspn(type, " \t");
	if (*name) {
		*name++ = '\0';
		name += strspn(name, " \t");
	} else {
		name = NULL;
	}
	in->place = PLACE_SECTION;
	return add(in, (struct ini_item) {
			       .kind = INI_SECTION, .line = line, .name = type, .value = name });
}

/* What cannot be a key is not shown either: it may be half of a secret address. */
static bool is_key(const char *key)
{
	size_t size = strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789_-.");
	return size && size <= 64 && !key[size];
}

static int value(struct reader *in, char *text, size_t size, uint32_t line)
{
	char *equals = memchr(text, '=', size);
	if (!equals)
		return fault(in, line, "neither a [section] nor KEY = VALUE");
	char *key = text, *rest = equals + 1;
	size_t key_size = (size_t)(equals - text), rest_size = size - key_size - 1;
	trim(&key, &key_size);
	trim(&rest, &rest_size);
	key[key_size] = '\0';
	rest[rest_size] = '\0';
	if (!is_key(key))
		return fault(in, line, "what stands before the = is not a key");
	if (in->place == PLACE_START)
		return add(in, (struct ini_item) { .kind = INI_FAULT,
				       .line = line,
				       .name = "a value before the first [section]",
				       .value = key });
	if (in->place == PLACE_LOST) /* its section's fault was named */
		return 0;
	return add(in,
		(struct ini_item) { .kind = INI_VALUE, .line = line, .name = key, .value = rest });
}

static int parse(struct reader *in)
{
	char *text;
	size_t size;
	uint32_t line = 0;
	const char *why;
	while (next_statement(in, &text, &size, &line, &why)) {
		int r;
		if (why)
			r = fault(in, line, why);
		else if (!size)
			continue;
		else if (*text == '[')
			r = section(in, text, size, line);
		else
			r = value(in, text, size, line);
		if (r < 0)
			return r;
	}
	return 0;
}

int ini_parse(const char *text, size_t size, struct ini *ret)
{
	if (size > INI_FILE_MAX)
		return -EFBIG;
	CLEANUP(ini_done) struct ini ini = { .text = malloc(size + 1) };
	if (!ini.text)
		return -ENOMEM;
	if (size)
		memcpy(ini.text, text, size);
	ini.text[size] = '\0';
	struct reader in = { .at = ini.text, .end = ini.text + size, .ini = &ini };
	if (size >= 3 && memcmp(ini.text, "\xef\xbb\xbf", 3) == 0)
		in.at += 3;
	int r = parse(&in);
	if (r < 0)
		return r;
	*ret = ini;
	ini = (struct ini) { 0 };
	return 0;
}

void ini_done(struct ini *ini)
{
	free(ini->items);
	free(ini->text);
	*ini = (struct ini) { 0 };
}
