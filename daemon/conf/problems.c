/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf/problems.h"

#include "base/cleanup.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <string.h>

#define TEXT_BYTES 1024u
#define VALUE_BYTES 200u /* of a value that is shown */

void problems_done(struct problems *problems)
{
	for (size_t i = 0; i < problems->n; i++)
		free(problems->list[i].text);
	free(problems->list);
	*problems = (struct problems) { 0 };
}

struct text {
	char bytes[TEXT_BYTES];
	size_t size;
};

__attribute__((format(printf, 2, 0))) static void append(
	struct text *text, const char *format, va_list arguments)
{
	size_t left = sizeof text->bytes - text->size;
	int n = vsnprintf(text->bytes + text->size, left, format, arguments);
	if (n > 0)
		text->size += (size_t)n < left ? (size_t)n : left - 1;
}

__attribute__((format(printf, 2, 3))) static void say(struct text *text, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	append(text, format, arguments);
	va_end(arguments);
}

static void say_value(struct text *text, const char *value)
{
	char shown[VALUE_BYTES];
	size_t size = strlen(value);
	size_t length = utf8_clean(value, size, shown, sizeof shown);
	/* a replaced byte grows to three: compare with what would have fitted */
	say(text, "%s%s", shown, length + 4 > sizeof shown && size > length ? "…" : "");
}

static void say_place(struct text *text, const struct problem_place *place)
{
	if (place->file && place->line)
		say(text, "%s:%u: ", place->file, place->line);
	else if (place->file)
		say(text, "%s: ", place->file);
	if (!place->key)
		return;
	say_value(text, place->key);
	if (place->value) {
		say(text, " = ");
		say_value(text, place->value);
	}
	say(text, ": ");
}

static bool keep(struct problems *problems, enum problem_level level, const struct text *text)
{
	struct problem *list = realloc(problems->list, (problems->n + 1) * sizeof *list);
	if (!list)
		return false;
	problems->list = list;
	/* U+FFFD takes three bytes where one control byte stood */
	size_t capacity = text->size * 3 + 1;
	char *clean = malloc(capacity);
	if (!clean)
		return false;
	utf8_clean(text->bytes, text->size, clean, capacity);
	list[problems->n++] = (struct problem) { .level = level, .text = clean };
	return true;
}

void problems_add(struct problems *problems, enum problem_level level,
	const struct problem_place *place, const char *format, ...)
{
	if (level == PROBLEM_ERROR)
		problems->errors++;
	else
		problems->warnings++;
	if (problems->n >= PROBLEMS_MAX)
		return;
	struct text text = { .size = 0 };
	say_place(&text, place);
	va_list arguments;
	va_start(arguments, format);
	append(&text, format, arguments);
	va_end(arguments);
	if (!keep(problems, level, &text))
		problems->out_of_memory = true;
}
