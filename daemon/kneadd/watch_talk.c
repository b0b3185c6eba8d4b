/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/watch_talk.h"

#include "base/cleanup.h"
#include "decide/decide.h"
#include "import/settings.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Writes the row, and with it, in one transaction, what is to be said (NULL: nothing). */
static int put(struct watch_talk *talk, const struct stored_watch *row,
	const struct decide_trouble *trouble, bool *ret_said)
{
	struct decide_target targets[CONF_SECTIONS_MAX];
	struct decide_settings settings;
	bool said = false;
	int r = store_begin(talk->store);
	if (r < 0)
		return r;
	r = store_put_watch(talk->store, row);
	if (r == 0 && trouble) {
		decide_settings_of(talk->conf, targets, &settings);
		r = decide_watch_trouble(
			talk->store, &settings, trouble, clock_now_ms(talk->clock), &said);
	}
	if (r == 0)
		r = store_commit(talk->store);
	if (r < 0)
		store_rollback(talk->store);
	else if (ret_said)
		*ret_said |= said;
	return r;
}

/* A new row of a source that was never met. */
static int load(struct watch_talk *talk, const char *source, struct stored_watch *ret)
{
	int r = store_get_watch(talk->store, source, ret);
	if (r != -ENOENT)
		return r;
	*ret = (struct stored_watch) { .first_ms = clock_now_ms(talk->clock),
		.read_ms = STORED_WATCH_NEVER,
		.cut_ms = STORED_WATCH_NEVER };
	(void)snprintf(ret->source, sizeof ret->source, "%s", source);
	return 0;
}

bool watch_talk_knows(struct watch_talk *talk, const char *source)
{
	struct stored_watch row;
	return store_get_watch(talk->store, source, &row) == 0;
}

bool watch_talk_was_read(struct watch_talk *talk, const char *source)
{
	struct stored_watch row;
	return store_get_watch(talk->store, source, &row) == 0 &&
	       row.read_ms != STORED_WATCH_NEVER && row.read_ms >= row.seen_ms;
}

int watch_talk_arrived(struct watch_talk *talk, const char *source, const struct usb_watch *watch)
{
	struct stored_watch row;
	int r = load(talk, source, &row);
	if (r < 0)
		return r;
	(void)snprintf(row.serial, sizeof row.serial, "%s", watch->serial);
	(void)snprintf(row.usb_id, sizeof row.usb_id, "%s", watch->id);
	(void)snprintf(row.name, sizeof row.name, "%s", watch->name);
	(void)snprintf(row.transport, sizeof row.transport, "%s",
		device_transport_names[watch->transport]);
	(void)snprintf(row.advice, sizeof row.advice, "%s", watch->advice);
	row.here = true;
	row.seen_ms = clock_now_ms(talk->clock);
	return put(talk, &row, NULL, NULL);
}

int watch_talk_left(struct watch_talk *talk, const char *source)
{
	struct stored_watch row;
	int r = store_get_watch(talk->store, source, &row);
	if (r < 0)
		return r;
	row.here = false;
	row.seen_ms = clock_now_ms(talk->clock);
	return put(talk, &row, NULL, NULL);
}

static int say_trouble(
	struct watch_talk *talk, struct stored_watch *row, const char *why, bool *ret_said)
{
	char title[160], text[320];
	const struct decide_trouble trouble = { .watch = row->name, .title = title, .text = text };
	(void)snprintf(row->trouble, sizeof row->trouble, "%s", why);
	if (strcmp(row->said, row->trouble) == 0) /* once for each cause */
		return put(talk, row, NULL, NULL);
	(void)snprintf(row->said, sizeof row->said, "%s", row->trouble);
	(void)snprintf(title, sizeof title, "%s cannot be read", row->name);
	(void)snprintf(text, sizeof text, "%s.", row->trouble);
	text[0] = (char)toupper((unsigned char)text[0]);
	return put(talk, row, &trouble, ret_said);
}

int watch_talk_trouble(struct watch_talk *talk, const char *source, const char *why, bool *ret_said)
{
	struct stored_watch row;
	int r = store_get_watch(talk->store, source, &row);
	return r < 0 ? r : say_trouble(talk, &row, why, ret_said);
}

static const char *remedy(const struct watch_end *end)
{
	return *end->why ? end->why : "it broke off: unplug it, wait a moment, plug it in again";
}

/* It was read, and there was no folder to take files from. */
static void say_no_folder(const struct watch_end *end, bool is_watch, char ret[WATCH_TROUBLE_BYTES])
{
	if (strcmp(end->seen, "nothing") == 0)
		(void)snprintf(ret, WATCH_TROUBLE_BYTES,
			"it shows no folder at all: unlock it or restart it, then plug it in "
			"again");
	else if (is_watch && end->known_make)
		(void)snprintf(ret, WATCH_TROUBLE_BYTES,
			"it has no folder with activities yet (it shows %.60s): record one, then "
			"plug it in again",
			end->seen);
	else
		(void)snprintf(ret, WATCH_TROUBLE_BYTES,
			"none of its folders is known (it shows %.60s): name the one with FIT or "
			"TCX files as ActivityPath in a file below /etc/knead/devices, then plug "
			"it in again",
			end->seen);
}

/* It was read, and was busy with some of its files. */
static void say_later(const struct watch_end *end, char ret[WATCH_TROUBLE_BYTES])
{
	ret[0] = '\0';
	if (end->status == 0 && end->later)
		(void)snprintf(ret, WATCH_TROUBLE_BYTES,
			"%u file%s busy on the watch, %s next time", end->later,
			end->later == 1 ? " was" : "s were",
			end->later == 1 ? "it comes" : "they come");
}

/* How the reading ended, into the row. Returns what is in the way; NULL. */
static const char *settle(
	struct watch_talk *talk, const struct watch_end *end, struct stored_watch *row)
{
	/* what came in before the cable was pulled counts, as long as the rest is waited for */
	uint32_t before = row->cut_ms != STORED_WATCH_NEVER ? row->got : 0;
	int64_t now_ms = clock_now_ms(talk->clock);
	if (end->listed) {
		row->wanted = before + end->wanted;
		row->got = before + end->got;
		row->refused = end->refused;
	}
	if (end->status == 0) {
		row->read_ms = now_ms;
		/* a file that it was busy with waits like one that was cut off */
		row->cut_ms = end->later ? now_ms : STORED_WATCH_NEVER;
		row->trouble[0] = '\0';
		return NULL;
	}
	if (row->wanted > row->got + row->refused && (end->listed || before))
		row->cut_ms = now_ms;
	return end->status == -ENODEV || end->status == -ECANCELED ? NULL : remedy(end);
}

/* Whether the phone hears of what is in the way. Not of a phone or a camera that is plugged in, locked or not;
 * not of a new watch; and of files that were busy only when they do not come: see cut_ms. */
static bool is_news(const struct watch_end *end, bool is_watch)
{
	if (end->status == 0)
		return is_watch && !end->later && !end->known_make;
	return is_watch || end->status != -ENOMEDIUM;
}

int watch_talk_end(struct watch_talk *talk, const struct watch_end *end, bool is_watch,
	char *ret_trouble, bool *ret_said)
{
	struct stored_watch row;
	int r = store_get_watch(talk->store, end->name, &row);
	if (r < 0)
		return r;
	const char *trouble = settle(talk, end, &row);
	if (trouble)
		(void)snprintf(ret_trouble, WATCH_TROUBLE_BYTES, "%s", trouble);
	else if (end->status == 0 && *end->seen)
		say_no_folder(end, is_watch, ret_trouble);
	else
		say_later(end, ret_trouble);
	if (!*ret_trouble) {
		if (end->status == 0)
			row.said[0] = '\0';
		return put(talk, &row, NULL, NULL);
	}
	if (is_news(end, is_watch))
		return say_trouble(talk, &row, ret_trouble, ret_said);
	(void)snprintf(row.trouble, sizeof row.trouble, "%s", ret_trouble);
	return put(talk, &row, NULL, NULL);
}

static int say_cut(struct watch_talk *talk, struct stored_watch *row, bool *ret_said)
{
	char title[160];
	const struct decide_trouble trouble = { .watch = row->name,
		.title = title,
		.text = "The rest is still on the watch. Plug in again." };
	(void)snprintf(
		title, sizeof title, "%u of %u runs are in; plug in again", row->got, row->wanted);
	row->cut_ms = STORED_WATCH_NEVER;
	return put(talk, row, &trouble, ret_said);
}

int watch_talk_check(struct watch_talk *talk, int64_t *ret_next_ms, bool *ret_said)
{
	AUTO_FREE struct stored_watch *list = NULL;
	size_t n = 0;
	int64_t now_ms = clock_now_ms(talk->clock);
	int r = store_list_watches(talk->store, &list, &n);
	*ret_next_ms = INT64_MAX;
	for (size_t i = 0; r == 0 && i < n; i++) {
		if (list[i].cut_ms == STORED_WATCH_NEVER || list[i].here)
			continue;
		int64_t due_ms = list[i].cut_ms + WATCH_CUT_MS;
		if (due_ms <= now_ms)
			r = say_cut(talk, &list[i], ret_said);
		else if (due_ms < *ret_next_ms)
			*ret_next_ms = due_ms;
	}
	return r;
}
