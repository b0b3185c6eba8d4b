/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/shares.h"

#include "store/source_title.h"

#include <stdio.h>
#include <string.h>

#define NAMED_MAX 3u
#define LOST "a place that was not kept (an import that did not end left them)"

static const char *name_of(struct store *store, const char *source, const char *name,
	const char *title, char room[SOURCE_TITLE_BYTES])
{
	if (strcmp(source, name) == 0 && *title)
		return title;
	(void)store_source_title(store, source, room);
	return *room ? room : LOST;
}

char *shares_say(struct store *store, const struct import_result *result, const char *name,
	const char *title, char ret[SHARES_TEXT_BYTES])
{
	char room[SOURCE_TITLE_BYTES];
	size_t size = 0, left = 0;
	ret[0] = '\0';
	if (result->shares_n == 1)
		(void)snprintf(ret, SHARES_TEXT_BYTES, " from %s",
			name_of(store, result->shares[0].source, name, title, room));
	if (result->shares_n < 2)
		return ret;
	for (size_t i = 0; i < result->shares_n; i++) {
		const struct import_share *share = &result->shares[i];
		if (i >= NAMED_MAX || size >= SHARES_TEXT_BYTES)
			left += share->new_activities;
		else
			size += (size_t)snprintf(ret + size, SHARES_TEXT_BYTES - size,
				"%s %zu from %s", i ? "," : ":", share->new_activities,
				name_of(store, share->source, name, title, room));
	}
	if (left && size < SHARES_TEXT_BYTES)
		(void)snprintf(
			ret + size, SHARES_TEXT_BYTES - size, ", %zu from other places", left);
	return ret;
}
