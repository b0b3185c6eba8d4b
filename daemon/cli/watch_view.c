/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/watch_view.h"

#include "cli/human.h"

#include "base/cleanup.h"

#include <stdio.h>
#include <stdlib.h>

static const char *text_or_null(const char *text)
{
	return *text ? text : NULL;
}

json_t *watch_json(const struct stored_watch *watch)
{
	char seen[CLOCK_TEXT_BYTES], first[CLOCK_TEXT_BYTES], read[CLOCK_TEXT_BYTES];
	return json_pack("{s:s,s:s?,s:s,s:s,s:b,s:s,s:s,s:s?,s:I,s:I,s:I,s:s?,s:s?}", "name",
		watch->name, "serial", text_or_null(watch->serial), "usb_id", watch->usb_id,
		"transport", watch->transport, "here", watch->here, "first_seen",
		clock_format(watch->first_ms, first), "last_seen",
		clock_format(watch->seen_ms, seen), "last_read",
		watch->read_ms == STORED_WATCH_NEVER ? NULL : clock_format(watch->read_ms, read),
		"wanted", (json_int_t)watch->wanted, "got", (json_int_t)watch->got, "refused",
		(json_int_t)watch->refused, "trouble", text_or_null(watch->trouble), "advice",
		text_or_null(watch->advice));
}

json_t *watches_json(struct session *session)
{
	AUTO_FREE struct stored_watch *list = NULL;
	size_t n = 0;
	json_t *array = json_array();
	(void)store_list_watches(session->store, &list, &n);
	for (size_t i = 0; i < n; i++)
		(void)json_array_append_new(array, watch_json(&list[i]));
	return array;
}

void watch_remark(const struct stored_watch *watch, char *ret, size_t room)
{
	if (*watch->trouble)
		(void)snprintf(ret, room, "%s", watch->trouble);
	else if (*watch->advice)
		(void)snprintf(ret, room, "%s", watch->advice);
	else if (watch->got + watch->refused < watch->wanted)
		(void)snprintf(ret, room, "%u of %u new files are in%s", watch->got, watch->wanted,
			watch->here ? "" : ": plug in again");
	else if (watch->refused)
		(void)snprintf(ret, room, "%u of %u new files are in, %u refused", watch->got,
			watch->wanted, watch->refused);
	else
		*ret = '\0';
}

void watches_print(struct session *session)
{
	AUTO_FREE struct stored_watch *list = NULL;
	char remark[320], text[HUMAN_BYTES];
	size_t n = 0;
	(void)store_list_watches(session->store, &list, &n);
	for (size_t i = 0; i < n; i++) {
		if (i && !list[i].here)
			continue;
		watch_remark(&list[i], remark, sizeof remark);
		(void)fputs(list[i].here ? "Plugged in     " : "Last plug-in   ", stdout);
		cli_print_clean(list[i].name);
		(void)printf(", %s%s", human_time(list[i].seen_ms, text), *remark ? ": " : "");
		cli_print_clean(remark);
		(void)putchar('\n');
	}
}
