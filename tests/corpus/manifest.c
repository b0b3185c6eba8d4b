/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "corpus/manifest.h"

#include "base/cleanup.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static uint8_t *read_whole(const char *path, size_t *ret_size)
{
	AUTO_FCLOSE FILE *file = fopen(path, "rbe");
	if (!file || fseek(file, 0, SEEK_END) != 0)
		return NULL;
	long size = ftell(file);
	AUTO_FREE uint8_t *data = malloc(size > 0 ? (size_t)size : 1);
	rewind(file);
	if (size < 0 || !data || fread(data, 1, (size_t)size, file) != (size_t)size)
		return NULL;
	*ret_size = (size_t)size;
	return TAKE_PTR(data);
}

static void snake(const char *camel, char *ret, size_t capacity)
{
	size_t n = 0;
	for (; *camel && n + 2 < capacity; camel++) {
		if (isupper((unsigned char)*camel))
			ret[n++] = '_';
		ret[n++] = (char)tolower((unsigned char)*camel);
	}
	ret[n] = '\0';
}

double corpus_get(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	return json_is_number(value) ? json_number_value(value) : NAN;
}

void corpus_differs(struct corpus *corpus, const char *name, const char *field, const char *got,
	const char *expected)
{
	char key[256];
	(void)snprintf(key, sizeof key, "%s %s", name, field);
	if (json_object_get(corpus->exceptions, key)) {
		(void)json_object_set_new(corpus->exceptions, key, json_true());
		return;
	}
	(void)printf("FAIL %s: %s: got %s expected %s\n", name, field, got, expected);
	corpus->differences++;
}

void corpus_number(struct corpus *corpus, const char *name, const char *field, double got,
	double expected, double tolerance)
{
	char got_text[32], expected_text[32];
	if (isnan(expected) ? isnan(got) : fabs(got - expected) <= tolerance)
		return;
	(void)snprintf(got_text, sizeof got_text, "%.10g", got);
	(void)snprintf(expected_text, sizeof expected_text, "%.10g", expected);
	corpus_differs(corpus, name, field, got_text, expected_text);
}

void corpus_text(struct corpus *corpus, const char *name, const char *field, const char *got,
	const char *expected)
{
	char wanted[128] = "";
	if (expected)
		snake(expected, wanted, sizeof wanted);
	if (expected ? got && strcmp(got, wanted) == 0 : !got)
		return;
	corpus_differs(corpus, name, field, got ? got : "none", expected ? wanted : "none");
}

static void read_exceptions(struct corpus *corpus, const char *path)
{
	AUTO_FCLOSE FILE *file = fopen(path, "re");
	char line[1024], name[128], field[64];
	while (file && fgets(line, sizeof line, file)) {
		int reason = 0;
		if (line[0] == '#' || sscanf(line, "%127s %63s %n", name, field, &reason) != 2)
			continue;
		if (line[reason] == '\0') {
			(void)printf("FAIL %s: an exception without a reason\n", name);
			corpus->differences++;
		}
		char key[256];
		(void)snprintf(key, sizeof key, "%s %s", name, field);
		(void)json_object_set_new(corpus->exceptions, key, json_false());
	}
}

static bool ends_with(const char *name, const char *ending)
{
	size_t n = name ? strlen(name) : 0, wanted = strlen(ending);
	return name && n >= wanted && strcmp(name + n - wanted, ending) == 0;
}

static void judge_file(struct corpus *corpus, const char *folder, const char *name,
	const json_t *entry, corpus_judge_fn *judge)
{
	char path[512];
	size_t size = 0;
	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	AUTO_FREE uint8_t *data = read_whole(path, &size);
	if (data) {
		corpus->files++;
		judge(corpus, name, entry, data, size);
		return;
	}
	(void)printf("FAIL %s: cannot be read\n", path);
	corpus->differences++;
}

static bool judge_folder(
	struct corpus *corpus, const char *folder, const char *ending, corpus_judge_fn *judge)
{
	char path[512];
	(void)snprintf(path, sizeof path, "%s/manifest.jsonl", folder);
	AUTO_FCLOSE FILE *manifest = fopen(path, "re");
	if (!manifest) {
		(void)printf("no %s: skipped\n", path);
		return false;
	}
	AUTO_FREE char *line = NULL;
	size_t capacity = 0;
	while (getline(&line, &capacity, manifest) > 0) {
		json_t *entry = json_loads(line, 0, NULL);
		const char *name = json_string_value(json_object_get(entry, "name"));
		if (ends_with(name, ending))
			judge_file(corpus, folder, name, entry, judge);
		json_decref(entry);
	}
	return true;
}

static void judge_exceptions(struct corpus *corpus)
{
	const char *key = NULL;
	json_t *met = NULL;
	json_object_foreach(corpus->exceptions, key, met)
	{
		if (json_is_true(met))
			continue;
		(void)printf("FAIL %s: an exception that is not needed\n", key);
		corpus->differences++;
	}
}

int corpus_run(const char *const *folders, const char *ending, const char *exceptions_path,
	corpus_judge_fn *judge)
{
	struct corpus corpus = { .exceptions = json_object() };
	bool complete = true;
	read_exceptions(&corpus, exceptions_path);
	for (; *folders; folders++)
		complete = judge_folder(&corpus, *folders, ending, judge) && complete;
	if (complete)
		judge_exceptions(&corpus);
	json_decref(corpus.exceptions);
	(void)printf("%u files, %u differences\n", corpus.files, corpus.differences);
	if (corpus.differences > 0)
		return 1;
	return complete ? corpus.files == 0 : CORPUS_SKIPPED;
}
