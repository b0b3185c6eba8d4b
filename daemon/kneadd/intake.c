/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/intake.h"

#include "base/cleanup.h"
#include "helper/helper.h"
#include "kneadd/reaper.h"
#include "util/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void origin_of(
	const struct intake *intake, const struct fetch_packet *packet, struct spool_origin *ret)
{
	*ret = (struct spool_origin) {
		.size_bytes = packet->size_bytes, .mtime_ns = packet->mtime_ns, .serial = -1
	};
	(void)snprintf(ret->source, sizeof ret->source, "%s", intake->source->name);
	(void)snprintf(ret->path, sizeof ret->path, "%s", packet->path);
}

bool intake_is_of_spool(int error)
{
	return error == -ENOSPC || error == -EDQUOT || error == -EROFS || error == -EACCES;
}

static void say_progress(const struct intake *intake)
{
	char text[PROGRESS_TEXT_BYTES];
	intake->callbacks.on_status(progress_say(&intake->progress, intake->source, text),
		intake->callbacks.told_userdata);
}

/* The watch was let go of; what came from it is parsed and stored yet. */
static void watch_ended(struct intake *intake, int status, const char *why)
{
	char text[PROGRESS_TEXT_BYTES];
	const struct waiting *head = intake->source;
	struct progress *progress = &intake->progress;
	/* whatever failed on one that was pulled out: that is why */
	if (status < 0 && head->gone)
		status = -ENODEV;
	const struct watch_end end = { .name = head->name,
		.path = head->path,
		.wanted = progress->wanted,
		.got = progress->got,
		.refused = progress->refused,
		.later = progress->later,
		.listed = progress->listed,
		.known_make = progress->known_make,
		.seen = progress->seen,
		.status = status,
		.why = why };
	const char *said = intake->callbacks.on_watch_end(&end, intake->callbacks.told_userdata);
	progress_within(progress, 0);
	board_released(&progress->board, status, said);
	(void)snprintf(text, sizeof text, "storing what came from %s, which can be unplugged",
		head->title);
	intake->callbacks.on_status(text, intake->callbacks.told_userdata);
}

/* The source says that it is through. Returns 1; a negative errno: all is to be tried again. */
static int on_end(struct intake *intake, const struct fetch_packet *packet, const char *source)
{
	const struct waiting *head = intake->source;
	if (intake_is_of_spool(packet->status) && head->kind == SOURCE_FOLDER)
		return packet->status;
	if (packet->status == HELPER_NO_SANDBOX && !source_is_watch(head))
		return HELPER_NO_SANDBOX; /* nor would any other folder be read */
	log_line(LOG_LEVEL_DEBUG, "%s has shown everything", head->title);
	if (packet->status == -EMEDIUMTYPE)
		log_line(LOG_LEVEL_INFO, "%s has none of the folders of a watch, and is left alone",
			head->title);
	else if (packet->status < 0 && *packet->why) /* which ends with the way out */
		log_line(LOG_LEVEL_ERROR, "cannot read %s (%s): %s", head->title,
			strerror(-packet->status), packet->why);
	else if (packet->status < 0)
		(void)log_error(packet->status, "cannot read %s", head->title);
	else if (import_walked(intake->job, source, "") < 0)
		return -ENOMEM;
	if (source_is_watch(head))
		watch_ended(intake, packet->status, packet->why);
	return 1;
}

/* In words, each file of a watch. */
static void say_file(const struct intake *intake)
{
	if (source_is_watch(intake->source))
		say_progress(intake);
}

/* Returns 1 when the source is through. */
static int on_packet(struct intake *intake, const struct fetch_packet *packet)
{
	struct spool_file file = { 0 };
	origin_of(intake, packet, &file.origin);
	switch (packet->type) {
	case FETCH_ASK:
		return fetch_answer(intake->fetch,
			import_wants(intake->job, &file.origin) ? FETCH_TAKE : FETCH_SKIP);
	case FETCH_GOT:
		memcpy(file.hash, packet->hash, sizeof file.hash);
		progress_got(&intake->progress, packet);
		say_file(intake);
		return import_add(intake->job, &file);
	case FETCH_REFUSED:
		if (intake->progress.listed) { /* else it is none of the wanted */
			progress_refused(&intake->progress, packet);
			say_file(intake);
		}
		return import_refuse(intake->job, &file.origin, packet->why);
	case FETCH_END:
		return on_end(intake, packet, file.origin.source);
	case FETCH_LISTED:
		progress_listed(&intake->progress, intake->source, packet);
		say_progress(intake);
		return 0;
	case FETCH_LATER:
		intake->progress.later++;
		return 0;
	case FETCH_PROGRESS: /* within a file */
		progress_within(&intake->progress, (uint64_t)packet->done_bytes);
		return 0;
	case FETCH_WATCH:
		return 0; /* the bus told who it is */
	case FETCH_TYPE_COUNT:
		break;
	}
	return -EBADMSG;
}

static int on_fetch(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	(void)source;
	(void)fd;
	(void)revents;
	struct intake *intake = userdata;
	struct fetch_packet packet;
	int r = fetch_receive(intake->fetch, &packet);
	if (r > 0)
		r = on_packet(intake, &packet);
	if (r != 0)
		intake->callbacks.on_over(r < 0 ? r : 0, intake->callbacks.userdata);
	return 0;
}

int intake_start(struct intake *intake, const struct waiting *source, struct import_job *job)
{
	intake->source = source;
	intake->job = job;
	progress_begin(&intake->progress);
	if (source->kind == SOURCE_SPOOL || source->kind == SOURCE_ARCHIVE || source->gone)
		return 0;
	AUTO_FREE char *path = NULL;
	const struct fetch_source what = { .name = source->name,
		.folder = source->kind == SOURCE_WATCH ? NULL : source->path,
		.node = source->kind == SOURCE_WATCH ? source->path : NULL,
		.interface = source->interface,
		.volume = source->kind == SOURCE_VOLUME };
	int r = fetch_find(&path);
	if (r == 0)
		r = fetch_spawn(path, &what, intake->state_dir, &intake->fetch);
	if (r < 0)
		return r;
	if (source->kind == SOURCE_WATCH) /* a volume may turn out to be none */
		board_begin(&intake->progress.board, source->name, source->title);
	say_file(intake);
	log_line(LOG_LEVEL_DEBUG, "reading %s", source->title);
	return sd_event_add_io(
		intake->event, &intake->io, fetch_fd(intake->fetch), EPOLLIN, on_fetch, intake);
}

void intake_stop(struct intake *intake)
{
	intake->io = sd_event_source_disable_unref(intake->io);
	reaper_take(intake->event, TAKE_PTR(intake->fetch));
}

void intake_give_up(struct intake *intake, int error)
{
	if (source_is_watch(intake->source))
		watch_ended(intake, error, "");
}

void intake_done(struct intake *intake)
{
	intake_stop(intake);
	board_done(&intake->progress.board);
}

void intake_init(struct intake *intake, sd_event *event, struct store *store,
	struct clock_source *clock, const struct intake_callbacks *callbacks)
{
	*intake = (struct intake) {
		.event = event, .state_dir = store_directory(store), .callbacks = *callbacks
	};
	board_init(&intake->progress.board, intake->state_dir, clock);
}
