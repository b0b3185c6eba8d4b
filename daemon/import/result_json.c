/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/result_json.h"

#include "base/cleanup.h"
#include "ipc/json_text.h"

#include <errno.h>
#include <string.h>

json_t *import_result_to_json(const struct import_result *result)
{
	json_t *refused = json_array(), *ids = json_array();
	for (size_t i = 0; i < result->refused_n; i++)
		(void)json_array_append_new(refused,
			json_pack("{s:o,s:o}", "file", json_from_bytes(result->refused[i].file),
				"why", json_from_bytes(result->refused[i].why)));
	for (size_t i = 0; i < result->ids_n; i++)
		(void)json_array_append_new(ids, json_integer(result->ids[i]));
	return json_pack("{s:I,s:I,s:I,s:I,s:o,s:o}", "found", (json_int_t)result->found, "new",
		(json_int_t)result->new_activities, "known", (json_int_t)result->known, "merged",
		(json_int_t)result->merged, "refused", refused, "activities", ids);
}

static int read_refused(json_t *list, struct import_result *result)
{
	size_t n = json_array_size(list);
	result->refused = calloc(n + 1, sizeof *result->refused);
	if (!result->refused)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const char *file, *why;
		if (json_unpack(json_array_get(list, i), "{s:s,s:s}", "file", &file, "why", &why) <
			0)
			return -EBADMSG;
		struct import_refusal *refusal = &result->refused[result->refused_n++];
		refusal->file = strdup(file);
		refusal->why = strdup(why);
		if (!refusal->file || !refusal->why)
			return -ENOMEM;
	}
	return 0;
}

static int read_ids(json_t *list, struct import_result *result)
{
	size_t n = json_array_size(list);
	result->ids = calloc(n + 1, sizeof *result->ids);
	if (!result->ids)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		result->ids[result->ids_n++] = json_integer_value(json_array_get(list, i));
	return 0;
}

int import_result_from_json(json_t *object, struct import_result *ret)
{
	CLEANUP(import_result_done) struct import_result result = { 0 };
	json_int_t found, fresh, known, merged;
	json_t *refused, *ids;
	if (json_unpack(object, "{s:I,s:I,s:I,s:I,s:o,s:o}", "found", &found, "new", &fresh,
		    "known", &known, "merged", &merged, "refused", &refused, "activities",
		    &ids) < 0)
		return -EBADMSG;
	result.found = (size_t)found;
	result.new_activities = (size_t)fresh;
	result.known = (size_t)known;
	result.merged = (size_t)merged;
	int r = read_refused(refused, &result);
	if (r == 0)
		r = read_ids(ids, &result);
	if (r < 0)
		return r;
	*ret = result;
	result = (struct import_result) { 0 };
	return 0;
}
