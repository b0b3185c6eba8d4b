/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/feed.h"

#include "base/cleanup.h"
#include "import/original.h"
#include "store/spool.h"
#include "store/store_feed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* Writes down what is in the way, where that is news. */
static int note_trouble(struct store *store, const char *folder, int error)
{
	char text[STORE_WHY_BYTES] = "";
	AUTO_FREE char *before = NULL;
	if (error < 0)
		(void)snprintf(text, sizeof text, "%.150s cannot be written: %s", folder,
			strerror(-error));
	int r = store_get_fact(store, FEED_FACT_TROUBLE, &before);
	if (r < 0 || strcmp(before ? before : "", text) == 0)
		return r;
	return store_set_fact(store, FEED_FACT_TROUBLE, text);
}

/* An original that was only kept for the feed goes when it is there. */
static int let_go(struct store *store, const struct conf *conf, const struct feed_file *file)
{
	int r = store_feed_drop(store, file->id);
	if (r < 0 || conf->store.archive != ARCHIVE_OFF)
		return r;
	r = archive_remove(store_directory(store), file->hash);
	return r < 0 ? r : store_archive_gone(store, file->id);
}

/* Returns 1 when it is done with; 0 when it must wait, *ret_trouble tells why; negative errno. */
static int place_one(struct store *store, const struct conf *conf, int folder,
	const struct feed_file *file, int *ret_trouble)
{
	char name[ORIGINAL_NAME_BYTES];
	int r = folder < 0 ? folder
			   : original_place(store_directory(store), file->hash, folder,
				     original_name(file->at_ms, file->hash, file->format, name));
	/* of one that is gone, or is not what it was, nothing can be placed: the archive's own trouble */
	if (r < 0 && r != -EEXIST && r != -ENOENT && r != -EBADMSG) {
		*ret_trouble = r;
		return 0;
	}
	r = let_go(store, conf, file);
	return r < 0 ? r : 1;
}

int feed_run(struct store *store, const struct conf *conf, size_t max, bool *ret_left)
{
	struct feed_file file = { .id = 0 };
	const char *path = conf->feed.folder;
	int trouble = 0;
	size_t n = 0;
	AUTO_CLOSE int folder = path ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -EBADF;
	if (path && folder < 0)
		folder = trouble = -errno;
	int r = trouble ? 0 : store_feed_next(store, file.id, &file);
	while (r > 0 && (!max || n++ < max)) {
		r = path ? place_one(store, conf, folder, &file, &trouble)
			 : let_go(store, conf, &file); /* the setting is gone */
		if (r < 0 || trouble)
			break;
		r = store_feed_next(store, file.id, &file);
	}
	*ret_left = r > 0;
	if (r >= 0)
		r = note_trouble(store, path ? path : "", trouble);
	return r < 0 ? r : 0;
}
