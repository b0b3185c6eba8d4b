/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch/mtp_wishes.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NSEC_PER_S 1000000000LL
#define BUSY_ROUNDS 4u       /* of those that the watch was busy with */
#define ROUND_PAUSE_MS 2000u /* ahead of each */

void mtp_wishes_done(struct mtp_wishes *wishes)
{
	for (size_t i = 0; i < wishes->n; i++)
		free(wishes->list[i].path);
	free(wishes->list);
	*wishes = (struct mtp_wishes) { 0 };
}

int mtp_wishes_add(struct mtp_wishes *wishes, const char *path, const struct mtp_object *object)
{
	if (wishes->n == wishes->capacity) {
		size_t capacity = wishes->capacity ? 2 * wishes->capacity : 16;
		struct mtp_wish *list = reallocarray(wishes->list, capacity, sizeof *list);
		if (!list)
			return -ENOMEM;
		wishes->list = list;
		wishes->capacity = capacity;
	}
	char *copy = strdup(path);
	if (!copy)
		return -ENOMEM;
	wishes->list[wishes->n++] = (struct mtp_wish) { .path = copy, .object = *object };
	wishes->bytes += object->has_size ? object->size_bytes : 0;
	return 0;
}

struct source_file mtp_wish_shown(const char *path, const struct mtp_object *object)
{
	struct source_file file = { .path = path,
		.size_bytes = object->has_size ? (int64_t)object->size_bytes : -1 };
	/* a date beyond the year 2262 is none */
	if (!object->has_date ||
		__builtin_mul_overflow(object->modified_s, NSEC_PER_S, &file.mtime_ns))
		file.mtime_ns = 0;
	return file;
}

static int by_age(const void *a, const void *b)
{
	const struct mtp_object *x = &((const struct mtp_wish *)a)->object,
				*y = &((const struct mtp_wish *)b)->object;
	if (x->modified_s != y->modified_s)
		return x->modified_s > y->modified_s ? -1 : 1;
	return strcmp(y->name, x->name);
}

struct fetching {
	const struct mtp_file *reader;
	struct watch_memory *memory;
	bool noted;
};

static int refuse(const struct fetching *fetching, const struct source_file *file, const char *why)
{
	const struct source_callbacks *callbacks = fetching->reader->callbacks;
	return callbacks->on_refused(file, why, callbacks->userdata);
}

/* One that stays damaged on the watch is not fetched at every plug-in, only to be damaged again. */
static int refuse_damaged(
	struct fetching *fetching, const struct source_file *file, const char *why)
{
	AUTO_FREE struct watch_refusal *refusal = calloc(1, sizeof *refusal);
	if (!refusal)
		return -ENOMEM;
	(void)snprintf(refusal->path, sizeof refusal->path, "%s", file->path);
	(void)snprintf(refusal->why, sizeof refusal->why, "%s", why);
	refusal->size_bytes = file->size_bytes;
	refusal->mtime_ns = file->mtime_ns;
	refusal->plug_ins = 1;
	refusal->fresh = true;
	fetching->noted = true;
	/* what cannot be remembered is fetched again */
	(void)watch_memory_refuse(fetching->memory, refusal);
	return refuse(fetching, file, why);
}

static int fetch_one(struct fetching *fetching, struct mtp_wish *wish)
{
	const struct source_callbacks *callbacks = fetching->reader->callbacks;
	struct source_file file = mtp_wish_shown(wish->path, &wish->object);
	struct mtp_refusal refusal = { 0 };
	AUTO_CLOSE int fd = -1;
	int r = mtp_file_read(fetching->reader, wish->object.handle, &file, &fd, &refusal);
	wish->busy = r == -EBUSY && !fetching->reader->session->lost;
	if (wish->busy)
		return 0;
	if (r == -EBADMSG && refusal.damaged && file.mtime_ns)
		return refuse_damaged(fetching, &file, refusal.why);
	if (r == -EBADMSG && refusal.why)
		return refuse(fetching, &file, refusal.why);
	return r < 0 ? r : callbacks->on_file(&file, fd, callbacks->userdata);
}

static size_t count_busy(const struct mtp_wishes *wishes)
{
	size_t n = 0;
	for (size_t i = 0; i < wishes->n; i++)
		n += wishes->list[i].busy;
	return n;
}

static int fetch_busy(struct mtp_wishes *wishes, struct fetching *fetching)
{
	int r = 0;
	for (unsigned round = 0; r == 0 && round < BUSY_ROUNDS && count_busy(wishes); round++) {
		mtp_session_pause(fetching->reader->session, ROUND_PAUSE_MS);
		for (size_t i = 0; r == 0 && i < wishes->n; i++)
			if (wishes->list[i].busy)
				r = fetch_one(fetching, &wishes->list[i]);
	}
	return r;
}

static int put_off(const struct mtp_wishes *wishes, const struct source_callbacks *callbacks)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < wishes->n; i++) {
		const struct mtp_wish *wish = &wishes->list[i];
		struct source_file file = mtp_wish_shown(wish->path, &wish->object);
		if (wish->busy)
			r = callbacks->on_later(&file, callbacks->userdata);
	}
	return r;
}

int mtp_wishes_fetch(struct mtp_wishes *wishes, const struct mtp_file *reader,
	struct watch_memory *memory, bool *ret_noted)
{
	struct fetching fetching = { .reader = reader, .memory = memory };
	int r = 0;
	if (wishes->n)
		qsort(wishes->list, wishes->n, sizeof *wishes->list, by_age);
	for (size_t i = 0; r == 0 && i < wishes->n; i++)
		r = fetch_one(&fetching, &wishes->list[i]);
	if (r == 0)
		r = fetch_busy(wishes, &fetching);
	if (r == 0)
		r = put_off(wishes, reader->callbacks);
	*ret_noted |= fetching.noted;
	return r;
}
