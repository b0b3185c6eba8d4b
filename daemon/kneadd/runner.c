/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/runner.h"

#include "base/cleanup.h"
#include "helper/fetch.h"
#include "helper/helper.h"
#include "import/explain.h"
#include "kneadd/board.h"
#include "kneadd/shares.h"
#include "util/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOCKED_RETRY_USEC 1000000ull        /* another program imports; a fetcher died */
#define FAILED_RETRY_USEC (60 * 1000000ull) /* the disk is full, the store cannot be written */
#define ACCURACY_USEC 100000ull
#define LINE_MAX 64u
#define TITLE_BYTES 128u
#define NAME_BYTES 64u /* as struct spool_origin has it */
#define READ_MAX 32u   /* folders that may become one import */
#define BREAKS_MAX 3u  /* in a row, then what came in is stored */

/* A source in line. */
struct waiting {
	enum source_kind kind;
	bool gone; /* it left: nothing is to be read any more */
	bool eject_first;
	int interface; /* of a watch */
	char *path;    /* owned */
	char name[NAME_BYTES], title[TITLE_BYTES];
};

struct runner {
	sd_event *event;
	struct store *store;
	const struct conf *conf;
	struct clock_source *clock;
	struct runner_callbacks callbacks;

	struct waiting line[LINE_MAX]; /* the first is under way */
	size_t line_n;
	unsigned breaks;                      /* how often its fetcher broke off */
	unsigned wanted, got, refused, later; /* of a watch */
	uint64_t done_bytes;                  /* of its files that are in or refused */
	bool listed, known_make;
	char seen[FETCH_WHY_BYTES]; /* on a watch of which no folder is known; "" */
	struct board board;
	bool told_no_landlock;           /* once is enough */
	char read[READ_MAX][NAME_BYTES]; /* the sources of this job so far */
	size_t read_n;

	int lock_fd;
	struct import_job *job;
	struct fetch *fetch;
	sd_event_source *job_io, *fetch_io, *retry;
};

static void advance(struct runner *runner);
static void go_on(struct runner *runner);

static int on_retry(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	advance(userdata);
	return 0;
}

static void try_later(struct runner *runner, uint64_t usec)
{
	int r = runner->retry ? sd_event_source_set_time_relative(runner->retry, usec)
			      : sd_event_add_time_relative(runner->event, &runner->retry,
					CLOCK_BOOTTIME, usec, ACCURACY_USEC, on_retry, runner);
	if (r >= 0)
		r = sd_event_source_set_enabled(runner->retry, SD_EVENT_ONESHOT);
	if (r < 0)
		(void)log_error(r, "cannot wait for the next try to import");
}

static int on_fetcher_ended(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	(void)revents;
	(void)userdata;
	fetch_reap(fd);
	/* nobody else holds it: this frees it, and closes the descriptor */
	(void)sd_event_source_set_floating(source, false);
	return 0;
}

/* The loop does not wait for a fetcher that a dying disk holds; it reaps it when it ends at last. */
static void reap_later(struct runner *runner)
{
	if (!runner->fetch)
		return;
	if (sd_event_get_state(runner->event) == SD_EVENT_FINISHED) { /* nobody would reap it */
		runner->fetch = fetch_free(runner->fetch);
		return;
	}
	int pid_fd = fetch_leave(TAKE_PTR(runner->fetch));
	sd_event_source *source = NULL;
	if (pid_fd < 0)
		return;
	if (sd_event_add_io(runner->event, &source, pid_fd, EPOLLIN, on_fetcher_ended, NULL) < 0) {
		log_line(LOG_LEVEL_WARNING, "a fetcher is left to itself: out of memory");
		(void)close(pid_fd);
		return;
	}
	(void)sd_event_source_set_io_fd_own(source, true);
	(void)sd_event_source_set_floating(source, true);
	sd_event_source_unref(source);
}

static void end_fetch(struct runner *runner)
{
	runner->fetch_io = sd_event_source_disable_unref(runner->fetch_io);
	reap_later(runner);
}

static void end_job(struct runner *runner)
{
	end_fetch(runner);
	runner->job_io = sd_event_source_disable_unref(runner->job_io);
	runner->job = import_free(runner->job);
	if (runner->lock_fd >= 0)
		(void)close(runner->lock_fd);
	runner->lock_fd = -1;
	runner->callbacks.on_status("waiting for a watch", runner->callbacks.userdata);
}

/* The source at the head of the line is done with. */
static void leave_line(struct runner *runner)
{
	free(runner->line[0].path);
	runner->breaks = 0;
	runner->line_n--;
	memmove(&runner->line[0], &runner->line[1], runner->line_n * sizeof runner->line[0]);
}

static void log_result(struct runner *runner, const struct import_result *result)
{
	const struct waiting *head = &runner->line[0];
	char from[SHARES_TEXT_BYTES];
	for (size_t i = 0; i < result->refused_n; i++) {
		struct log_about about = { .file = result->refused[i].file };
		log_line_about(&about, LOG_LEVEL_WARNING, "refused %s: %s", result->refused[i].file,
			result->refused[i].why);
	}
	if (result->no_landlock && !runner->told_no_landlock)
		log_line(LOG_LEVEL_WARNING,
			"this kernel has no Landlock: files are read in a cage of "
			"seccomp and limits only");
	runner->told_no_landlock |= result->no_landlock;
	if (result->new_activities || result->merged)
		log_line(LOG_LEVEL_NOTICE, "imported %zu new %s%s", result->new_activities,
			result->new_activities == 1 ? "activity" : "activities",
			shares_say(runner->store, result, head->name, head->title, from));
}

/* Another program imports, or a fetcher died: over in a moment. */
static bool is_passing(int error)
{
	return error == -EBUSY || error == -EPIPE;
}

static void forget_trouble(struct runner *runner)
{
	AUTO_FREE char *trouble = NULL;
	int r = store_get_fact(runner->store, IMPORT_FACT_TROUBLE, &trouble);
	if (r == 0 && trouble && *trouble)
		r = store_set_fact(runner->store, IMPORT_FACT_TROUBLE, "");
	if (r < 0)
		(void)log_error(r, "an old trouble with imports stays in the status");
}

static void fail(struct runner *runner, int error, const char *why)
{
	(void)log_error(
		error, "the import stopped, nothing is lost and it will be tried again: %s", why);
	end_job(runner);
	if (error == -EUCLEAN)
		runner->callbacks.on_damaged(runner->callbacks.userdata);
	/* best effort: on a full disk `knead status` sees for itself */
	if (!is_passing(error) && error != -EUCLEAN)
		(void)store_set_fact(runner->store, IMPORT_FACT_TROUBLE, why);
	bool soon = is_passing(error);
	try_later(runner, soon ? LOCKED_RETRY_USEC : FAILED_RETRY_USEC);
}

static void fail_to_parse(struct runner *runner, int error)
{
	fail(runner, error, import_explain(error));
}

/* All is parsed and the source has shown everything: store it. */
static void finish(struct runner *runner)
{
	CLEANUP(import_result_done) struct import_result result = { 0 };
	char why[STORE_WHY_BYTES] = "";
	if (runner->line[0].eject_first && !runner->line[0].gone)
		import_eject_first(runner->job);
	int r = import_finish(runner->job, &result, why);
	if (r < 0) {
		fail(runner, r, why);
		return;
	}
	bool put_back = runner->line[0].kind == SOURCE_ARCHIVE;
	log_result(runner, &result);
	forget_trouble(runner);
	board_end(&runner->board, &result);
	end_job(runner);
	leave_line(runner);
	(put_back ? runner->callbacks.on_put_back : runner->callbacks.on_stored)(
		&result, runner->callbacks.userdata);
	advance(runner);
}

static void finish_if_done(struct runner *runner)
{
	if (runner->job && !runner->fetch && import_left(runner->job) == 0)
		finish(runner);
}

static int on_job(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	(void)source;
	(void)fd;
	(void)revents;
	struct runner *runner = userdata;
	int r = import_turn(runner->job);
	if (r < 0)
		fail_to_parse(runner, r);
	else
		finish_if_done(runner);
	return 0;
}

static void origin_of(
	const struct runner *runner, const struct fetch_packet *packet, struct spool_origin *ret)
{
	*ret = (struct spool_origin) {
		.size_bytes = packet->size_bytes, .mtime_ns = packet->mtime_ns, .serial = -1
	};
	(void)snprintf(ret->source, sizeof ret->source, "%s", runner->line[0].name);
	(void)snprintf(ret->path, sizeof ret->path, "%s", packet->path);
}

/* Whether the spool cannot be written to, which says nothing of the source. */
static bool is_of_spool(int error)
{
	return error == -ENOSPC || error == -EDQUOT || error == -EROFS || error == -EACCES;
}

/* In words, for `systemctl status`. */
static void say_progress(struct runner *runner)
{
	char text[TITLE_BYTES + 64], refused[24] = "";
	const struct waiting *head = &runner->line[0];
	if (runner->refused)
		(void)snprintf(refused, sizeof refused, ", %u refused", runner->refused);
	if (runner->listed && runner->wanted)
		(void)snprintf(text, sizeof text, "reading %s: %u of %u new files%s", head->title,
			runner->got, runner->wanted, refused);
	else
		(void)snprintf(text, sizeof text, "looking for new files on %s", head->title);
	runner->callbacks.on_status(text, runner->callbacks.userdata);
}

static void show_progress(struct runner *runner, uint64_t more_bytes)
{
	board_progress(
		&runner->board, runner->got, runner->refused, runner->done_bytes + more_bytes);
}

/* A watch may also be read through the folder in which a desktop shows it. */
static bool is_watch(const struct waiting *source)
{
	return strncmp(source->name, "watch:", 6) == 0;
}

/* The watch was let go of; what came from it is parsed and stored yet. */
static void watch_ended(struct runner *runner, int status, const char *why)
{
	char text[TITLE_BYTES + 64];
	const struct waiting *head = &runner->line[0];
	/* whatever failed on one that was pulled out: that is why */
	if (status < 0 && head->gone)
		status = -ENODEV;
	const struct runner_watch_end end = { .name = head->name,
		.path = head->path,
		.wanted = runner->wanted,
		.got = runner->got,
		.refused = runner->refused,
		.later = runner->later,
		.listed = runner->listed,
		.known_make = runner->known_make,
		.seen = runner->seen,
		.status = status,
		.why = why };
	const char *said = runner->callbacks.on_watch_end(&end, runner->callbacks.userdata);
	show_progress(runner, 0);
	board_released(&runner->board, status, said);
	(void)snprintf(text, sizeof text, "storing what came from %s, which can be unplugged",
		head->title);
	runner->callbacks.on_status(text, runner->callbacks.userdata);
}

/* The source says that it is through. Returns 1; a negative errno: all is to be tried again. */
static int on_end(struct runner *runner, const struct fetch_packet *packet, const char *source)
{
	const struct waiting *head = &runner->line[0];
	if (is_of_spool(packet->status) && head->kind == SOURCE_FOLDER)
		return packet->status;
	if (packet->status == HELPER_NO_SANDBOX && !is_watch(head))
		return HELPER_NO_SANDBOX; /* nor would any other folder be read */
	if (packet->status == -EMEDIUMTYPE)
		log_line(LOG_LEVEL_INFO, "%s has none of the folders of a watch, and is left alone",
			head->title);
	else if (packet->status < 0)
		(void)log_error(packet->status, "cannot read %s%s%s", head->title,
			*packet->why ? ": " : "", packet->why);
	else if (import_walked(runner->job, source, "") < 0)
		return -ENOMEM;
	if (is_watch(head))
		watch_ended(runner, packet->status, packet->why);
	return 1;
}

static void on_listed(struct runner *runner, const struct fetch_packet *packet)
{
	const struct waiting *head = &runner->line[0];
	runner->wanted = packet->wanted_n;
	runner->listed = true;
	runner->known_make = packet->known_make;
	if (!*packet->path)
		(void)snprintf(runner->seen, sizeof runner->seen, "%s",
			*packet->why ? packet->why : "nothing");
	if (head->kind == SOURCE_VOLUME)
		board_begin(&runner->board, head->name, head->title);
	board_listed(&runner->board, packet->wanted_n, (uint64_t)packet->size_bytes);
	say_progress(runner);
}

/* One of the wanted files is dealt with. */
static void count_file(struct runner *runner, const struct fetch_packet *packet, unsigned *number)
{
	(*number)++;
	runner->done_bytes += packet->size_bytes < 0 ? 0 : (uint64_t)packet->size_bytes;
	show_progress(runner, 0);
	if (is_watch(&runner->line[0]))
		say_progress(runner);
}

/* Returns 1 when the source is through. */
static int on_packet(struct runner *runner, const struct fetch_packet *packet)
{
	struct spool_file file = { 0 };
	origin_of(runner, packet, &file.origin);
	switch (packet->type) {
	case FETCH_ASK:
		return fetch_answer(runner->fetch,
			import_wants(runner->job, &file.origin) ? FETCH_TAKE : FETCH_SKIP);
	case FETCH_GOT:
		memcpy(file.hash, packet->hash, sizeof file.hash);
		count_file(runner, packet, &runner->got);
		return import_add(runner->job, &file);
	case FETCH_REFUSED:
		if (runner->listed) /* else it is none of the wanted */
			count_file(runner, packet, &runner->refused);
		return import_refuse(runner->job, &file.origin, packet->why);
	case FETCH_END:
		return on_end(runner, packet, file.origin.source);
	case FETCH_LISTED:
		on_listed(runner, packet);
		return 0;
	case FETCH_LATER:
		runner->later++;
		return 0;
	case FETCH_PROGRESS: /* within a file */
		show_progress(runner, (uint64_t)packet->done_bytes);
		return 0;
	case FETCH_WATCH:
		return 0; /* the bus told who it is */
	case FETCH_TYPE_COUNT:
		break;
	}
	return -EBADMSG;
}

/* The fetcher broke off; a watch that is gone has nothing more to say. */
static void on_broken(struct runner *runner, int error)
{
	struct waiting *head = &runner->line[0];
	/* what came in waits in the spool, so that one plug-in stays one message */
	if (!head->gone && (is_of_spool(error) || ++runner->breaks < BREAKS_MAX)) {
		fail(runner, error,
			is_of_spool(error) ? "the spool cannot be written"
					   : "reading the source broke off");
		return;
	}
	(void)log_error(error, "reading %s broke off; what came in is kept", head->title);
	if (is_watch(head))
		watch_ended(runner, error, "");
	go_on(runner);
}

static int on_fetch(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	(void)source;
	(void)fd;
	(void)revents;
	struct runner *runner = userdata;
	struct fetch_packet packet;
	int r = fetch_receive(runner->fetch, &packet);
	if (r > 0)
		r = on_packet(runner, &packet);
	if (r == HELPER_NO_SANDBOX || r == HELPER_NOT_STARTED)
		fail_to_parse(runner, r);
	else if (r < 0)
		on_broken(runner, r);
	if (r <= 0)
		return 0;
	go_on(runner);
	return 0;
}

static int start_fetch(struct runner *runner)
{
	const struct waiting *head = &runner->line[0];
	if (runner->read_n < READ_MAX)
		(void)snprintf(runner->read[runner->read_n++], NAME_BYTES, "%s", head->name);
	runner->wanted = runner->got = runner->refused = runner->later = 0;
	runner->done_bytes = 0;
	runner->seen[0] = '\0';
	runner->listed = runner->known_make = false;
	if (head->kind == SOURCE_SPOOL || head->kind == SOURCE_ARCHIVE || head->gone)
		return 0;
	AUTO_FREE char *path = NULL;
	const struct fetch_source source = { .name = head->name,
		.folder = head->kind == SOURCE_WATCH ? NULL : head->path,
		.node = head->kind == SOURCE_WATCH ? head->path : NULL,
		.interface = head->interface,
		.volume = head->kind == SOURCE_VOLUME };
	int r = fetch_find(&path);
	if (r == 0)
		r = fetch_spawn(path, &source, store_directory(runner->store), &runner->fetch);
	if (r < 0)
		return r;
	if (head->kind == SOURCE_WATCH) /* a volume may turn out to be none */
		board_begin(&runner->board, head->name, head->title);
	if (is_watch(head))
		say_progress(runner);
	return sd_event_add_io(runner->event, &runner->fetch_io, fetch_fd(runner->fetch), EPOLLIN,
		on_fetch, runner);
}

/* Folders that wait at the same time are one import, and so one message; none is read twice in it. */
static bool is_next_of_same_import(const struct runner *runner)
{
	const struct waiting *head = &runner->line[0], *next = &runner->line[1];
	if (runner->line_n < 2 || runner->read_n == READ_MAX || head->kind != SOURCE_FOLDER ||
		next->kind != SOURCE_FOLDER || is_watch(head) || is_watch(next))
		return false;
	for (size_t i = 0; i < runner->read_n; i++)
		if (strcmp(runner->read[i], next->name) == 0)
			return false;
	return true;
}

/* A source is through: on to the next one, or to the end of the job. */
static void go_on(struct runner *runner)
{
	end_fetch(runner);
	if (!is_next_of_same_import(runner)) {
		finish_if_done(runner);
		return;
	}
	leave_line(runner);
	int r = start_fetch(runner);
	if (r < 0)
		fail(runner, r, "the next folder could not be read");
}

/* Starts the import at the head of the line when nothing is under way. */
static void advance(struct runner *runner)
{
	if (runner->job || !runner->line_n || !runner->conf)
		return;
	int r = store_lock_import(runner->store, false);
	if (r == -EWOULDBLOCK) {
		try_later(runner, LOCKED_RETRY_USEC);
		return;
	}
	if (r < 0) { /* nobody will let go of that */
		fail(runner, r, import_explain(r));
		return;
	}
	runner->lock_fd = r;
	runner->read_n = 0;
	runner->callbacks.on_status("importing", runner->callbacks.userdata);
	r = (runner->line[0].kind == SOURCE_ARCHIVE ? import_new_from_archive : import_new)(
		runner->store, runner->conf, runner->clock, &runner->job);
	if (r == 0)
		r = sd_event_add_io(runner->event, &runner->job_io, import_fd(runner->job), EPOLLIN,
			on_job, runner);
	if (r == 0)
		r = start_fetch(runner);
	if (r < 0)
		fail(runner, r, import_explain(r));
	else
		finish_if_done(runner);
}

void runner_request(struct runner *runner, const struct runner_source *source)
{
	/* the head of the line, once under way, may have missed a file: it may stand twice */
	for (size_t i = runner->job ? 1 : 0; i < runner->line_n; i++) {
		struct waiting *waiting = &runner->line[i];
		if (!waiting->gone && strcmp(waiting->name, source->name) == 0 &&
			strcmp(waiting->path, source->path) == 0) {
			advance(runner); /* it may wait for its next try: now is one */
			return;
		}
	}
	char *path = runner->line_n < LINE_MAX ? strdup(source->path) : NULL;
	if (!path) {
		log_line(LOG_LEVEL_ERROR,
			"too many folders and watches wait; %s is left out for now", source->title);
		return;
	}
	struct waiting *waiting = &runner->line[runner->line_n++];
	*waiting = (struct waiting) { .kind = source->kind,
		.path = path,
		.eject_first = source->eject_first,
		.interface = source->interface };
	(void)snprintf(waiting->name, sizeof waiting->name, "%s", source->name);
	(void)snprintf(waiting->title, sizeof waiting->title, "%s", source->title);
	advance(runner);
}

void runner_forget(struct runner *runner, const char *name)
{
	for (size_t i = 0; i < runner->line_n; i++)
		if (strcmp(runner->line[i].name, name) == 0)
			runner->line[i].gone = true;
}

bool runner_has(const struct runner *runner, const char *name)
{
	for (size_t i = runner->job ? 1 : 0; i < runner->line_n; i++)
		if (!runner->line[i].gone && strcmp(runner->line[i].name, name) == 0)
			return true;
	return false;
}

bool runner_is_busy(const struct runner *runner)
{
	return runner->job != NULL;
}

void runner_reload(struct runner *runner, const struct conf *conf)
{
	if (runner->job)
		end_job(runner);
	runner->conf = conf;
	advance(runner);
}

struct runner *runner_free(struct runner *runner)
{
	if (!runner)
		return NULL;
	end_job(runner);
	board_done(&runner->board);
	sd_event_source_disable_unref(runner->retry);
	while (runner->line_n)
		leave_line(runner);
	free(runner);
	return NULL;
}

int runner_new(sd_event *event, struct store *store, struct clock_source *clock,
	const struct runner_callbacks *callbacks, struct runner **ret)
{
	struct runner *runner = calloc(1, sizeof *runner);
	if (!runner)
		return -ENOMEM;
	*runner = (struct runner) { .event = event,
		.store = store,
		.clock = clock,
		.callbacks = *callbacks,
		.lock_fd = -1 };
	board_init(&runner->board, store_directory(store), clock);
	*ret = runner;
	return 0;
}
