/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/feed.h"

#include "base/cleanup.h"
#include "base/num.h"
#include "helper/fetch.h"
#include "import/original.h"
#include "store/spool.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fetch_freep(struct fetch **fetch)
{
	*fetch = fetch_free(*fetch);
}

uint64_t feed_wait_usec(void)
{
#ifdef KNEAD_TEST_CLOCK
	const char *text = getenv("KNEAD_FEED_WAIT_MS");
	int64_t ms = 0;
	if (text && num_int(text, strlen(text), 1, 600000, &ms) == 0)
		return (uint64_t)ms * 1000;
#endif
	return FEED_WAIT_USEC;
}

/* Writes down what is in the way, where that is news. */
static int note_trouble(struct store *store, const char *text)
{
	AUTO_FREE char *before = NULL;
	int r = store_get_fact(store, FEED_FACT_TROUBLE, &before);
	if (r < 0 || strcmp(before ? before : "", text) == 0)
		return r;
	return store_set_fact(store, FEED_FACT_TROUBLE, text);
}

int feed_note_well(struct store *store)
{
	return note_trouble(store, "");
}

/* An original that was only kept for the feed goes when it is there. */
static int let_go(struct store *store, const struct conf *conf, const struct feed_file *file)
{
	int r = store_feed_drop(store, file);
	if (r < 0 || conf->store.archive != ARCHIVE_OFF)
		return r;
	r = archive_remove(store_directory(store), file->hash);
	return r < 0 ? r : store_archive_gone(store, file->id);
}

int feed_next(struct store *store, const struct conf *conf, struct feed_file *ret,
	struct place_request *ret_request)
{
	int r = store_feed_next(store, 0, ret);
	while (r > 0 && !conf->feed.folder) { /* the setting is gone */
		r = let_go(store, conf, ret);
		if (r == 0)
			r = store_feed_next(store, 0, ret);
	}
	if (r <= 0)
		return r;
	memcpy(ret_request->hash, ret->hash, HASH_BYTES);
	(void)original_name(ret->at_ms, ret->hash, ret->format, ret_request->name);
	return 1;
}

static const char *why_not(int status)
{
	switch (status) {
	case -EPIPE:
		return "the helper that places files there ended";
	case -EOPNOTSUPP:
		return "the helper's sandbox cannot be set up (see docs/sandbox.md)";
	default:
		return strerror(-status);
	}
}

int feed_settle(
	struct store *store, const struct conf *conf, const struct feed_file *file, int status)
{
	char text[STORE_WHY_BYTES];
	const char *folder = conf->feed.folder ? conf->feed.folder : "";
	/* of one that is gone, or is not what it was, nothing can be placed: the archive's own trouble */
	if (status == 0 || status == -EEXIST || status == -ENODATA || status == -EBADMSG) {
		int r = let_go(store, conf, file);
		return r < 0 ? r : 1;
	}
	if (status == -ETIMEDOUT)
		(void)snprintf(text, sizeof text, "%.150s does not answer", folder);
	else
		(void)snprintf(
			text, sizeof text, "%.120s cannot be written: %s", folder, why_not(status));
	return note_trouble(store, text);
}

/* Asks for one file and waits for what became of it, which is *ret_status. Returns 0; -EPIPE. */
static int ask(struct fetch *fetch, const struct place_request *request, int *ret_status)
{
	struct pollfd answer = { .fd = fetch_fd(fetch), .events = POLLIN };
	int r = fetch_place(fetch, request);
	if (r < 0)
		return r;
	*ret_status = -ETIMEDOUT;
	while (poll(&answer, 1, (int)(feed_wait_usec() / 1000)) > 0)
		if ((r = fetch_placed(fetch, ret_status)) != 0)
			break;
	return r < 0 ? r : 0;
}

int feed_run(struct store *store, const struct conf *conf)
{
	AUTO_CLOSE int lock = store_lock_feed(store);
	if (lock < 0)
		return 0;
	CLEANUP(fetch_freep) struct fetch *fetch = NULL;
	AUTO_FREE char *path = NULL;
	struct feed_file file;
	struct place_request request;
	int r, status = 0;
	while ((r = feed_next(store, conf, &file, &request)) > 0) {
		int helper = fetch || path ? 0 : fetch_find(&path);
		if (helper == 0 && !fetch)
			helper = fetch_spawn_placer(
				path, conf->feed.folder, store_directory(store), &fetch);
		if (helper == 0)
			helper = ask(fetch, &request, &status);
		r = feed_settle(store, conf, &file, helper < 0 ? helper : status);
		if (r <= 0)
			return r;
	}
	return r < 0 ? r : feed_note_well(store);
}
