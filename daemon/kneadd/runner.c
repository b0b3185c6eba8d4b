/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/runner.h"

#include "base/cleanup.h"
#include "helper/helper.h"
#include "import/explain.h"
#include "kneadd/shares.h"
#include "util/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOCKED_RETRY_USEC 1000000ull        /* another program imports; a fetcher died */
#define FAILED_RETRY_USEC (60 * 1000000ull) /* the disk is full, the store cannot be written */
#define ACCURACY_USEC 100000ull
#define READ_MAX 32u  /* folders that may become one import */
#define BREAKS_MAX 3u /* in a row, then what came in is stored */

struct runner {
	sd_event *event;
	struct store *store;
	const struct conf *conf;
	struct clock_source *clock;
	struct runner_callbacks callbacks;

	struct source_line line;                /* the first is under way, */
	struct intake intake;                   /* with it */
	unsigned breaks;                        /* how often its fetcher broke off */
	unsigned jobs;                          /* begun so far */
	bool told_no_landlock;                  /* once is enough */
	char read[READ_MAX][SOURCE_NAME_BYTES]; /* the sources of this job so far */
	size_t read_n;

	int lock_fd;
	struct import_job *job;
	sd_event_source *job_io, *retry;
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

static void end_job(struct runner *runner)
{
	intake_stop(&runner->intake);
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
	source_line_leave(&runner->line);
	runner->breaks = 0;
}

static void log_result(struct runner *runner, const struct import_result *result)
{
	const struct waiting *head = &runner->line.list[0];
	char from[SHARES_TEXT_BYTES], job[16];
	(void)snprintf(job, sizeof job, "%u", runner->jobs);
	struct log_about about = { .device = source_is_watch(head) ? head->name : NULL,
		.job = job };
	for (size_t i = 0; i < result->refused_n; i++) {
		about.file = result->refused[i].file;
		log_line_about(&about, LOG_LEVEL_WARNING, "refused %s: %s", result->refused[i].file,
			result->refused[i].why);
	}
	about.file = NULL;
	if (result->no_landlock && !runner->told_no_landlock)
		log_line(LOG_LEVEL_WARNING,
			"this kernel has no Landlock: files are read in a cage of "
			"seccomp and limits only");
	runner->told_no_landlock |= result->no_landlock;
	if (result->new_activities || result->merged)
		log_line_about(&about, LOG_LEVEL_NOTICE, "imported %zu new %s%s",
			result->new_activities,
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
	if (runner->line.list[0].eject_first && !runner->line.list[0].gone)
		import_eject_first(runner->job);
	int r = import_finish(runner->job, &result, why);
	if (r < 0) {
		fail(runner, r, why);
		return;
	}
	bool put_back = runner->line.list[0].kind == SOURCE_ARCHIVE;
	log_result(runner, &result);
	forget_trouble(runner);
	board_end(&runner->intake.progress.board, &result);
	end_job(runner);
	leave_line(runner);
	(put_back ? runner->callbacks.on_put_back : runner->callbacks.on_stored)(
		&result, runner->callbacks.userdata);
	advance(runner);
}

static void finish_if_done(struct runner *runner)
{
	if (runner->job && !runner->intake.fetch && import_left(runner->job) == 0)
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

/* The fetcher broke off; a watch that is gone has nothing more to say. */
static void on_broken(struct runner *runner, int error)
{
	struct waiting *head = &runner->line.list[0];
	/* what came in waits in the spool, so that one plug-in stays one message */
	if (!head->gone && (intake_is_of_spool(error) || ++runner->breaks < BREAKS_MAX)) {
		fail(runner, error,
			intake_is_of_spool(error) ? "the spool cannot be written"
						  : "reading the source broke off");
		return;
	}
	(void)log_error(error, "reading %s broke off; what came in is kept", head->title);
	intake_give_up(&runner->intake, error);
	go_on(runner);
}

static void on_over(int status, void *userdata)
{
	struct runner *runner = userdata;
	if (status == HELPER_NO_SANDBOX || status == HELPER_NOT_STARTED)
		fail_to_parse(runner, status);
	else if (status < 0)
		on_broken(runner, status);
	else
		go_on(runner);
}

static int start_fetch(struct runner *runner)
{
	const struct waiting *head = &runner->line.list[0];
	if (runner->read_n < READ_MAX)
		(void)snprintf(runner->read[runner->read_n++], SOURCE_NAME_BYTES, "%s", head->name);
	return intake_start(&runner->intake, head, runner->job);
}

/* Folders that wait at the same time are one import, and so one message; none is read twice in it. */
static bool is_next_of_same_import(const struct runner *runner)
{
	const struct waiting *head = &runner->line.list[0], *next = &runner->line.list[1];
	if (runner->line.n < 2 || runner->read_n == READ_MAX || head->kind != SOURCE_FOLDER ||
		next->kind != SOURCE_FOLDER || source_is_watch(head) || source_is_watch(next))
		return false;
	for (size_t i = 0; i < runner->read_n; i++)
		if (strcmp(runner->read[i], next->name) == 0)
			return false;
	return true;
}

/* A source is through: on to the next one, or to the end of the job. */
static void go_on(struct runner *runner)
{
	intake_stop(&runner->intake);
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
	if (runner->job || !runner->line.n || !runner->conf)
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
	runner->jobs++;
	runner->callbacks.on_status("importing", runner->callbacks.userdata);
	r = (runner->line.list[0].kind == SOURCE_ARCHIVE ? import_new_from_archive : import_new)(
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
	if (!source_line_has(&runner->line, runner->job ? 1 : 0, source->name, source->path) &&
		source_line_add(&runner->line, source) < 0) {
		log_line(LOG_LEVEL_ERROR,
			"too many folders and watches wait; %s is left out for now", source->title);
		return;
	}
	advance(runner); /* it may wait for its next try: now is one */
}

void runner_forget(struct runner *runner, const char *name)
{
	source_line_forget(&runner->line, name);
}

bool runner_has(const struct runner *runner, const char *name)
{
	return source_line_has(&runner->line, runner->job ? 1 : 0, name, NULL);
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
	intake_done(&runner->intake);
	sd_event_source_disable_unref(runner->retry);
	source_line_done(&runner->line);
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
	const struct intake_callbacks intake = { .on_over = on_over,
		.on_watch_end = callbacks->on_watch_end,
		.on_status = callbacks->on_status,
		.userdata = runner,
		.told_userdata = callbacks->userdata };
	intake_init(&runner->intake, event, store, clock, &intake);
	*ret = runner;
	return 0;
}
