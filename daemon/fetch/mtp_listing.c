/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch/mtp_listing.h"

#include "base/cleanup.h"
#include "fetch/mtp_children.h"
#include "fetch/mtp_same.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PROPS_WORTH 3u        /* so many new objects, or more: all properties at once; */
#define PROPS_PROVEN_WORTH 2u /* or so many, where the watch is known to answer that */

/* One folder on its way to being listed. */
struct folder_listing {
	struct mtp_listing *of;
	uint32_t storage, folder;
	const char *path;
	const struct mtp_look *look;
	bool folders_only;
	bool asked_at_once; /* for its properties */
	uint32_t *handles;  /* sorted */
	size_t handles_n;
	struct mtp_objects objects; /* sorted by handle once it is complete */
};

static void folder_listing_done(struct folder_listing *at)
{
	free(at->handles);
	mtp_objects_done(&at->objects);
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

static bool is_listed(const struct folder_listing *at, uint32_t handle)
{
	return at->handles_n &&
	       bsearch(&handle, at->handles, at->handles_n, sizeof handle, by_number);
}

static int ask_handles(struct folder_listing *at, uint32_t format, uint32_t parent)
{
	free(at->handles);
	at->handles = NULL;
	at->handles_n = 0;
	int r = mtp_get_handles(
		at->of->session, at->storage, format, parent, &at->handles, &at->handles_n);
	if (r == 0 && at->handles_n)
		qsort(at->handles, at->handles_n, sizeof *at->handles, by_number);
	return r;
}

/* Whether another form of the question may help: it was refused, or the answer was "nothing". */
static bool may_ask_otherwise(const struct folder_listing *at, int r)
{
	return !at->of->session->lost && (r < 0 ? r != -ENOMEM : !at->handles_n);
}

static int get_handles(struct folder_listing *at)
{
	bool folders_only = at->folders_only;
	int r = ask_handles(at, folders_only ? MTP_FORMAT_ASSOCIATION : 0, at->folder);
	/* not all can select by format */
	if (folders_only && may_ask_otherwise(at, r))
		r = ask_handles(at, 0, at->folder);
	/* the standard says that parent 0 is everything; to some devices it is the root */
	if (at->folder == MTP_ANY && may_ask_otherwise(at, r)) {
		r = ask_handles(at, folders_only ? MTP_FORMAT_ASSOCIATION : 0, 0);
		if (folders_only && may_ask_otherwise(at, r))
			r = ask_handles(at, 0, 0);
	}
	return r;
}

/* Enough is known of it to go on. */
static bool is_described(const struct mtp_object *object)
{
	return object->has_kind && *object->name && (object->is_folder || object->has_size);
}

/* Asks about one object, unless it was told of before in this session. Returns 1 with it; 0 when the watch does not
 * describe it; negative when lost. */
static int ask_info(struct mtp_listing *listing, uint32_t handle, struct mtp_object *ret)
{
	const struct mtp_object *told = mtp_told_get(&listing->told, handle);
	if (told && is_described(told)) {
		*ret = *told;
		return 1;
	}
	int r = mtp_get_info(listing->session, handle, ret);
	if (listing->session->lost)
		return r;
	if (r < 0) {
		/* which may have been removed since the handles were listed */
		listing->silent += r != -ENOENT;
		return 0;
	}
	listing->asked++;
	mtp_told_put(&listing->told, ret);
	return 1;
}

/* Asks again about one that is remembered. Returns 1 when it is what it was; 0; negative when lost. */
static int still_carries(struct folder_listing *at, const struct mtp_object *old)
{
	struct mtp_object now;
	unsigned silent = at->of->silent;
	int r = ask_info(at->of, old->handle, &now);
	at->of->silent = silent; /* if it is still in this folder it is asked about once more */
	return r <= 0 ? r : mtp_is_same(old, &now);
}

static bool is_older(const struct mtp_object *a, const struct mtp_object *b)
{
	return a->modified_s != b->modified_s ? a->modified_s < b->modified_s
					      : a->handle < b->handle;
}

static uint32_t next_random(struct mtp_listing *listing)
{
	listing->random = listing->random * 1664525u + 1013904223u;
	return listing->random >> 8;
}

/* The oldest, the newest and one at random of those that have a name here: NULL when none has. */
static void choose_samples(struct folder_listing *at, const struct mtp_objects *objects,
	const struct mtp_object *ret[3])
{
	size_t named = 0, chosen;
	for (size_t i = 0; i < objects->n; i++) {
		const struct mtp_object *object = &objects->rows[i];
		if (!*object->name)
			continue;
		named++;
		if (!ret[0] || is_older(object, ret[0]))
			ret[0] = object;
		if (!ret[1] || is_older(ret[1], object))
			ret[1] = object;
	}
	chosen = named ? next_random(at->of) % named : 0;
	for (size_t i = 0; i < objects->n && !ret[2]; i++)
		if (*objects->rows[i].name && chosen-- == 0)
			ret[2] = &objects->rows[i];
}

/* Whether one answer describes the whole folder, as it is now: then little needs to be believed. */
static bool is_described_at_once(const struct folder_listing *at)
{
	return at->of->memory->props == WATCH_PROPS_ALL && !at->folders_only &&
	       at->folder != MTP_ANY && at->handles_n >= PROPS_PROVEN_WORTH;
}

/* Whether the handles of an earlier session still mean the same. Returns 1, 0, or negative when lost. */
static int is_trusted(struct folder_listing *at, const struct watch_folder *old)
{
	if (at->of->full || !old || old->handle != at->folder)
		return 0;
	const struct mtp_object *samples[3] = { 0 };
	for (size_t i = 0; i < old->objects.n; i++)
		if (!is_listed(at, old->objects.rows[i].handle))
			return 0;
	choose_samples(at, &old->objects, samples);
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		bool again =
			(i > 0 && samples[i] == samples[0]) || (i > 1 && samples[i] == samples[1]);
		int r = again || !samples[i] ? 1 : still_carries(at, samples[i]);
		if (r <= 0)
			return r;
	}
	return 1;
}

static int believe(struct folder_listing *at, const struct watch_folder *old)
{
	/* what is added stands behind what is sorted */
	size_t sorted_n = at->objects.n;
	int r = 0;
	for (size_t i = 0; r == 0 && i < old->objects.n; i++) {
		const struct mtp_objects sorted = { .rows = at->objects.rows, .n = sorted_n };
		if (mtp_objects_find(&sorted, old->objects.rows[i].handle))
			continue;
		at->of->believed++;
		r = mtp_objects_add(&at->objects, &old->objects.rows[i]);
	}
	if (sorted_n)
		mtp_objects_sort(&at->objects);
	return r;
}

static int props_single(struct folder_listing *at, struct mtp_objects *into)
{
	static const uint32_t properties[] = { MTP_PROPERTY_OBJECT_FILE_NAME,
		MTP_PROPERTY_OBJECT_FORMAT, MTP_PROPERTY_OBJECT_SIZE, MTP_PROPERTY_DATE_MODIFIED,
		MTP_PROPERTY_PARENT_OBJECT };
	int r = 0;
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(properties); i++)
		r = mtp_get_props(at->of->session, at->folder, properties[i], into);
	return r;
}

/* Whether the answer was of use: a refusal, no answer or rubbish is not asked for again. */
static bool is_of_use(const struct folder_listing *at, int r, const struct mtp_objects *props)
{
	for (size_t i = 0; r == 0 && i < props->n; i++)
		if (is_listed(at, props->rows[i].handle) && is_described(&props->rows[i]))
			return true;
	return false;
}

/* The properties of everything in the folder, if the watch gives them at once. */
static int ask_props(struct folder_listing *at, struct mtp_objects *ret)
{
	struct watch_memory *memory = at->of->memory;
	struct mtp_session *session = at->of->session;
	if (!mtp_device_knows(at->of->info, MTP_GET_OBJECT_PROP_LIST))
		memory->props = WATCH_PROPS_NONE;
	if (memory->props == WATCH_PROPS_UNTRIED || memory->props == WATCH_PROPS_ALL) {
		int r = mtp_get_props(session, at->folder, MTP_ANY, ret);
		if (session->lost)
			return r;
		memory->props = is_of_use(at, r, ret) ? WATCH_PROPS_ALL : WATCH_PROPS_SINGLE;
	}
	if (memory->props == WATCH_PROPS_SINGLE) {
		mtp_objects_done(ret);
		int r = props_single(at, ret);
		if (session->lost)
			return r;
		if (!is_of_use(at, r, ret))
			memory->props = WATCH_PROPS_NONE;
	}
	return 0;
}

/* Whether the watch lists more than what lies in the folder, as far as that was told. */
static bool lists_others(const struct folder_listing *at)
{
	bool others = is_listed(at, at->folder);
	for (size_t i = 0; !others && i < at->handles_n; i++) {
		const struct mtp_object *told = mtp_told_get(&at->of->told, at->handles[i]);
		others = told && told->parent != at->folder &&
			 (is_listed(at, told->parent) || mtp_told_get(&at->of->told, told->parent));
	}
	return others;
}

/* Takes over what the properties say of objects that are not believed already; what lies elsewhere is remembered
 * for when that place is listed. */
static int take_props(struct folder_listing *at, const struct mtp_objects *props, size_t believed_n)
{
	const struct mtp_objects believed = { .rows = at->objects.rows, .n = believed_n };
	AUTO_FREE bool *skip = calloc(props->n + 1, sizeof *skip);
	if (!skip)
		return -ENOMEM;
	bool others = lists_others(at);
	/* adding may move the rows, so look first */
	for (size_t i = 0; i < props->n; i++) {
		const struct mtp_object *object = &props->rows[i];
		bool here =
			is_listed(at, object->handle) ||
			(!at->folders_only && object->has_parent && object->parent == at->folder);
		skip[i] = !here || !is_described(object) || object->handle == at->folder ||
			  (others && !object->has_parent) ||
			  mtp_objects_find(&believed, object->handle);
		if (is_described(object))
			mtp_told_put(&at->of->told, object);
	}
	int r = 0;
	for (size_t i = 0; r == 0 && i < props->n; i++)
		if (!skip[i]) {
			at->of->asked++;
			r = mtp_objects_add(&at->objects, &props->rows[i]);
		}
	return r;
}

/* How many there is nothing known of. */
static size_t count_unknown(const struct folder_listing *at)
{
	size_t n = 0;
	for (size_t i = 0; i < at->handles_n; i++)
		n += !mtp_objects_find(&at->objects, at->handles[i]) &&
		     !mtp_told_get(&at->of->told, at->handles[i]);
	return n;
}

static int describe_at_once(struct folder_listing *at)
{
	CLEANUP(mtp_objects_done) struct mtp_objects props = { 0 };
	size_t believed_n = at->objects.n;
	size_t unknown_n = count_unknown(at);
	bool worth = unknown_n >= PROPS_WORTH ||
		     (unknown_n >= PROPS_PROVEN_WORTH && is_described_at_once(at));
	if (!worth || at->asked_at_once || at->folder == MTP_ANY ||
		at->of->memory->props == WATCH_PROPS_NONE)
		return 0;
	at->asked_at_once = true;
	int r = ask_props(at, &props);
	if (r < 0)
		return r;
	if (at->of->memory->props == WATCH_PROPS_NONE)
		return 0;
	r = take_props(at, &props, believed_n);
	mtp_objects_sort(&at->objects);
	return r;
}

static bool is_wanted(const struct mtp_look *look, const struct mtp_object *object)
{
	return look->until && strcasecmp(look->until, object->name) == 0;
}

/* Whether what is known is all that is wanted. */
static bool is_enough(const struct mtp_look *look, const struct mtp_objects *objects)
{
	for (size_t i = 0; look->until && i < objects->n; i++)
		if (is_wanted(look, &objects->rows[i]))
			return true;
	return false;
}

static int describe_rest(struct folder_listing *at)
{
	/* what is added stands behind what is sorted */
	size_t sorted_n = at->objects.n, tried = 0, failed = 0;
	bool enough = is_enough(at->look, &at->objects);
	for (size_t i = 0; i < at->handles_n; i++) {
		const struct mtp_objects sorted = { .rows = at->objects.rows, .n = sorted_n };
		struct mtp_object *known = mtp_objects_find(&sorted, at->handles[i]);
		bool twice = i > 0 && at->handles[i] == at->handles[i - 1];
		/* one that nobody asked about is kept by its handle alone */
		struct mtp_object object = { .handle = at->handles[i] };
		if (twice || (known && (known->has_kind || enough)))
			continue;
		int r = enough ? 1 : ask_info(at->of, at->handles[i], &object);
		if (r < 0)
			return r;
		tried++;
		failed += r == 0;
		enough = enough || (r > 0 && is_wanted(at->look, &object));
		if (known && r > 0)
			*known = object;
		else if (r > 0)
			r = mtp_objects_add(&at->objects, &object);
		if (r < 0)
			return r;
	}
	/* one that can't be read must not hide its neighbours; none that can is no empty folder */
	return tried && failed == tried && !sorted_n ? -EIO : 0;
}

static void tidy(struct folder_listing *at, const struct watch_folder *old)
{
	struct mtp_objects *objects = &at->objects;
	struct mtp_children children;
	mtp_objects_sort(objects);
	mtp_children_of(&children, objects, &at->of->told, at->folder);
	for (size_t i = 0; i < objects->n; i++) {
		struct mtp_object *object = &objects->rows[i];
		const struct mtp_object *before =
			old ? mtp_objects_find(&old->objects, object->handle) : NULL;
		if (before)
			mtp_keep_date(object, before);
		/* kept without a name, so that its handle is not new at the next plug-in */
		if (!mtp_is_child(&children, object))
			object->name[0] = '\0';
	}
}

static int list(struct folder_listing *at)
{
	const struct watch_folder *old = watch_memory_find(at->of->memory, at->storage, at->path);
	/* held against the same kinds as before */
	at->folders_only = at->look->folders_only && !(old && old->with_files);
	int r = get_handles(at);
	if (r < 0)
		return r;
	if (is_described_at_once(at))
		r = describe_at_once(at);
	if (r < 0)
		return r;
	/* of what that left out */
	r = is_trusted(at, old);
	if (r > 0)
		r = believe(at, old);
	if (r == 0 && !is_enough(at->look, &at->objects))
		r = describe_at_once(at);
	if (r == 0)
		r = describe_rest(at);
	if (r < 0)
		return r;
	tidy(at, old);
	return 0;
}

/* Asks about what was left out of a folder when it was listed, as far as that is wanted now. */
static int go_on(
	struct mtp_listing *listing, const struct watch_folder *folder, const struct mtp_look *look)
{
	const struct mtp_objects *objects = &folder->objects;
	struct mtp_children children;
	if (is_enough(look, objects))
		return 0;
	mtp_children_of(&children, objects, &listing->told, folder->handle);
	for (size_t i = 0; i < objects->n; i++) {
		struct mtp_object *object = &objects->rows[i], now;
		if (object->has_kind)
			continue;
		int r = ask_info(listing, object->handle, &now);
		if (r < 0)
			return r;
		if (r == 0)
			continue;
		if (!mtp_is_child(&children, &now))
			now.name[0] = '\0';
		*object = now;
		if (is_wanted(look, object))
			return 0;
	}
	return 0;
}

int mtp_list_folder(struct mtp_listing *listing, uint32_t storage, uint32_t folder,
	const char *path, const struct mtp_look *look, const struct mtp_objects **ret)
{
	struct watch_folder *known = watch_memory_find(listing->memory, storage, path);
	if (known && known->fresh && known->handle == folder &&
		(known->with_files || look->folders_only)) {
		*ret = &known->objects;
		return go_on(listing, known, look);
	}
	CLEANUP(folder_listing_done)
	struct folder_listing at = {
		.of = listing, .storage = storage, .folder = folder, .path = path, .look = look
	};
	int r = list(&at);
	if (r == 0)
		r = watch_memory_note(
			listing->memory, storage, path, folder, !at.folders_only, &at.objects);
	if (r < 0)
		return r;
	*ret = &watch_memory_find(listing->memory, storage, path)->objects;
	return 0;
}
