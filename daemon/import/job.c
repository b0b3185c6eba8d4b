/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/job.h"

#include "import/job_rows.h"

#include "base/cleanup.h"
#include "helper/helper.h"
#include "store/store_import.h"
#include "util/crash.h"
#include "util/log.h"
#include "util/zone.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>

/* Two helpers keep two cores busy; a third fills the gaps while one is being started. */
#define WORKERS 3u

struct worker {
	struct helper *helper; /* NULL: idle */
	size_t item;
	bool channel_open;
};

struct import_job {
	struct store *store;
	const struct conf *conf;
	struct clock_source *clock;
	struct zone_rules zone; /* the runner's, read once */
	char *helper_path;
	struct import_items items;
	size_t next; /* the first item that no worker has had */
	size_t left;
	size_t found, known, refused_before;
	bool quiet;       /* nothing is announced */
	bool by_name;     /* what was forgotten comes in again */
	bool eject_first; /* see import_eject_first() */
	struct worker workers[WORKERS];
	int epoll_fd; /* the workers' channels and processes, and the timer */
	int timer_fd; /* the earliest deadline */
};

/* What the epoll set says woke it. */
enum wake { WAKE_CHANNEL, WAKE_PROCESS, WAKE_TIMER };
#define WAKE_OF(worker, what) ((uint64_t)(worker) << 2 | (uint64_t)(what))

struct import_job *import_free(struct import_job *job)
{
	if (!job)
		return NULL;
	for (size_t i = 0; i < WORKERS; i++)
		helper_free(job->workers[i].helper);
	import_items_done(&job->items);
	if (job->epoll_fd >= 0)
		(void)close(job->epoll_fd);
	if (job->timer_fd >= 0)
		(void)close(job->timer_fd);
	free(job->helper_path);
	free(job);
	return NULL;
}

static void import_freep(struct import_job **job)
{
	(void)import_free(*job);
}

static int watch(const struct import_job *job, int fd, uint64_t wake)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u64 = wake };
	return epoll_ctl(job->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static int open_descriptors(struct import_job *job)
{
	job->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (job->epoll_fd < 0)
		return -errno;
	job->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (job->timer_fd < 0)
		return -errno;
	return watch(job, job->timer_fd, WAKE_TIMER);
}

static int take_over_spool(struct import_job *job)
{
	AUTO_FREE struct spool_file *left_behind = NULL;
	size_t n = 0;
	int r = spool_list(store_directory(job->store), &left_behind, &n);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = import_add(job, &left_behind[i]);
	return r;
}

static int take_original(const uint8_t hash[HASH_BYTES], void *userdata)
{
	struct import_job *job = userdata;
	enum known known = KNOWN_NOT;
	struct spool_file file = { .origin = {
					   .source = "archive", .size_bytes = -1, .serial = -1 } };
	memcpy(file.hash, hash, HASH_BYTES);
	(void)hash_hex(hash, file.origin.path);
	int r = store_known_content(job->store, hash, PARSER_VERSION, &known);
	return r < 0 || known != KNOWN_NOT ? r : import_add(job, &file);
}

static int make_job(struct store *store, const struct conf *conf, struct clock_source *clock,
	bool from_archive, struct import_job **ret)
{
	CLEANUP(import_freep) struct import_job *job = calloc(1, sizeof *job);
	if (!job)
		return -ENOMEM;
	*job = (struct import_job) {
		.store = store,
		.conf = conf,
		.clock = clock,
		.quiet = from_archive,
		.items = { .state_dir = store_directory(store) },
		.epoll_fd = -1,
		.timer_fd = -1,
	};
	zone_read_rules(&job->zone);
	int r = helper_find_parse(&job->helper_path);
	if (r == 0)
		r = open_descriptors(job);
	if (r == 0)
		r = from_archive ? archive_each(store_directory(store), take_original, job)
				 : take_over_spool(job);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(job);
	return 0;
}

int import_new(struct store *store, const struct conf *conf, struct clock_source *clock,
	struct import_job **ret)
{
	return make_job(store, conf, clock, false, ret);
}

int import_new_from_archive(struct store *store, const struct conf *conf,
	struct clock_source *clock, struct import_job **ret)
{
	return make_job(store, conf, clock, true, ret);
}

bool import_wants(struct import_job *job, const struct spool_origin *origin)
{
	bool known = false;
	if (store_known_path(job->store, origin, PARSER_VERSION, &known) < 0 || !known)
		return true;
	job->found++;
	job->known++;
	return false;
}

static bool is_same_origin(const struct spool_origin *a, const struct spool_origin *b)
{
	return strcmp(a->source, b->source) == 0 && strcmp(a->path, b->path) == 0;
}

int import_add(struct import_job *job, const struct spool_file *file)
{
	const struct import_item *same = import_items_find(&job->items, file->hash);
	struct spool_file known_as;
	int r = same ? import_items_file(&job->items, same, &known_as) : 0;
	if (r < 0)
		return r;
	if (same && is_same_origin(&known_as.origin, &file->origin))
		return 0; /* left behind by a killed import, and shown again */
	job->found++;
	if (same) {
		job->known++; /* the same bytes twice in one job */
		return 0;
	}
	enum known known = KNOWN_NOT;
	r = store_known_content(job->store, file->hash, PARSER_VERSION, &known);
	if (r < 0)
		return r;
	if (known == KNOWN_FORGOTTEN && job->by_name)
		known = KNOWN_NOT;
	struct import_item *item = NULL;
	if ((r = import_items_add(&job->items, file, &item)) < 0)
		return r;
	if (known != KNOWN_NOT) {
		item->state = ITEM_KNOWN;
		job->known++;
		job->refused_before += known == KNOWN_REFUSED;
		return 0;
	}
	job->left++;
	return import_turn(job);
}

int import_refuse(struct import_job *job, const struct spool_origin *origin, const char *why)
{
	struct spool_file file = { .origin = *origin };
	struct import_item *item = NULL;
	CLEANUP(report_done) struct report report;
	report_init(&report);
	(void)snprintf(report.why, sizeof report.why, "%s", why);
	int r = import_items_add(&job->items, &file, &item);
	if (r < 0)
		return r;
	job->found++;
	item->state = ITEM_UNREADABLE;
	return import_items_keep(&job->items, item, &report);
}

int import_walked(struct import_job *job, const char *source, const char *root)
{
	return import_items_walked(&job->items, source, root);
}

void import_mean_by_name(struct import_job *job, bool yes)
{
	job->by_name = yes;
}

void import_eject_first(struct import_job *job)
{
	job->eject_first = true;
}

size_t import_left(const struct import_job *job)
{
	return job->left;
}

int import_fd(const struct import_job *job)
{
	return job->epoll_fd;
}

/* A damaged file is not stored, though some of it can be read: a watch that is asked again, or a copy that is
 * made again, gives the whole one. */
static void say_why_invalid(struct report *report)
{
	const struct report_problem *problem = &report->problems[0];
	if (!report->problems_n)
		(void)snprintf(report->why, sizeof report->why, "damaged");
	else if (problem->offset == REPORT_NO_OFFSET)
		(void)snprintf(report->why, sizeof report->why, "%.150s", problem->what);
	else
		(void)snprintf(report->why, sizeof report->why, "%.120s (at byte %" PRIu64 ")",
			problem->what, problem->offset);
}

/* By the name that the original has in the archive: its own may tell where somebody was. */
static void log_step(const struct import_item *item, const char *what)
{
	char hex[HASH_HEX_BYTES];
	log_line(LOG_LEVEL_DEBUG, "file %.16s: %s", hash_hex(item->hash, hex), what);
}

static int settle(struct import_job *job, struct import_item *item, struct report *report,
	enum verdict verdict)
{
	if (verdict == VERDICT_ENDED && !item->tried_again) { /* out of memory, a shutdown */
		item->tried_again = true;
		item->state = ITEM_QUEUED;
		return 0;
	}
	if (verdict == VERDICT_OK && !report->valid && !report->why[0])
		say_why_invalid(report);
	/* twice says nothing of the file either: it stays in the spool, and the next import tries it again */
	item->state = verdict == VERDICT_ENDED ? ITEM_UNREADABLE
		      : report->why[0]         ? ITEM_REFUSED
					       : ITEM_PARSED;
	log_step(item, item->state == ITEM_PARSED    ? "read"
		       : item->state == ITEM_REFUSED ? "refused"
						     : "its reader was ended from outside");
	int r = import_items_keep(&job->items, item, report);
	if (r < 0)
		return r;
	job->left--;
	crash_here(CRASH_PARSED);
	return 0;
}

/* How long a helper may take; 0: as long as the helper's own rule says. */
static uint64_t timeout_usec(void)
{
#ifdef KNEAD_TEST_CLOCK
	const char *named = getenv("KNEAD_PARSE_TIMEOUT_MS"); /* tests cannot wait half a minute */
	return named ? strtoull(named, NULL, 10) * 1000 : 0;
#else
	return 0;
#endif
}

/* Starts an idle worker on an item. Only a failure that the next file would meet too is returned. */
static int start(struct import_job *job, struct worker *worker, size_t index)
{
	struct import_item *item = &job->items.list[index];
	AUTO_CLOSE int input = spool_open(store_directory(job->store), item->hash);
	if (input < 0)
		return input;
	struct parse_request request = { .runner = job->conf->runner.profile,
		.zone = job->zone,
		.day_start_h = job->conf->runner.day_start_h };
	struct helper_job what = { .path = job->helper_path,
		.input_fd = input,
		.request = &request,
		.timeout_usec = timeout_usec() };
	int r = helper_spawn_parse(&what, &worker->helper);
	uint64_t number = (uint64_t)(worker - job->workers);
	if (r < 0 ||
		(r = watch(job, helper_channel_fd(worker->helper), WAKE_OF(number, WAKE_CHANNEL))) <
			0 ||
		(r = watch(job, helper_pid_fd(worker->helper), WAKE_OF(number, WAKE_PROCESS))) < 0)
		return r;
	worker->item = index;
	worker->channel_open = true;
	item->state = ITEM_PARSING;
	log_step(item, "a reader begins");
	return 0;
}

static bool next_item(struct import_job *job, size_t *ret)
{
	while (job->next < job->items.n && job->items.list[job->next].state != ITEM_QUEUED)
		job->next++;
	*ret = job->next;
	return job->next < job->items.n;
}

static int collect(struct import_job *job, struct worker *worker)
{
	struct import_item *item = &job->items.list[worker->item];
	enum verdict verdict = VERDICT_CRASHED;
	CLEANUP(report_done) struct report report;
	report_init(&report);
	if (worker->channel_open)
		(void)epoll_ctl(
			job->epoll_fd, EPOLL_CTL_DEL, helper_channel_fd(worker->helper), NULL);
	(void)epoll_ctl(job->epoll_fd, EPOLL_CTL_DEL, helper_pid_fd(worker->helper), NULL);
	int r = helper_finish(worker->helper, &report, &verdict);
	worker->helper = helper_free(worker->helper);
	if (r < 0)
		return r;
	if (verdict == VERDICT_NO_SANDBOX) /* nor would any other file be read */
		return HELPER_NO_SANDBOX;
	if (verdict == VERDICT_NOT_STARTED)
		return HELPER_NOT_STARTED;
	r = settle(job, item, &report, verdict);
	if (r == 0 && item->state == ITEM_QUEUED && worker->item < job->next)
		job->next = worker->item;
	return r;
}

static uint64_t monotonic_usec(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

/* Sets the timer to the earliest deadline, or off; ends what is past its own. */
static void keep_time(struct import_job *job)
{
	uint64_t now = monotonic_usec(), earliest = UINT64_MAX;
	for (size_t i = 0; i < WORKERS; i++) {
		struct helper *helper = job->workers[i].helper;
		if (!helper)
			continue;
		uint64_t deadline = helper_deadline_usec(helper);
		if (deadline <= now)
			helper_on_deadline(helper);
		else if (deadline < earliest)
			earliest = deadline;
	}
	struct itimerspec at = { 0 };
	if (earliest != UINT64_MAX) {
		at.it_value.tv_sec = (time_t)(earliest / 1000000u);
		at.it_value.tv_nsec = (long)(earliest % 1000000u) * 1000;
	}
	(void)timerfd_settime(job->timer_fd, TFD_TIMER_ABSTIME, &at, NULL);
}

static int on_wake(struct import_job *job, uint64_t wake)
{
	uint64_t expirations;
	struct worker *worker = &job->workers[wake >> 2];
	switch ((enum wake)(wake & 3)) {
	case WAKE_CHANNEL:
		if (!worker->helper || !worker->channel_open ||
			helper_on_readable(worker->helper) == 0)
			return 0;
		(void)epoll_ctl(
			job->epoll_fd, EPOLL_CTL_DEL, helper_channel_fd(worker->helper), NULL);
		worker->channel_open = false;
		return 0;
	case WAKE_PROCESS:
		return worker->helper ? collect(job, worker) : 0;
	case WAKE_TIMER:
		(void)!read(job->timer_fd, &expirations, sizeof expirations);
		return 0;
	}
	return 0;
}

int import_turn(struct import_job *job)
{
	struct epoll_event events[2 * WORKERS + 1];
	int n = epoll_wait(job->epoll_fd, events, ARRAY_SIZE(events), 0);
	for (int i = 0; i < n; i++) {
		int r = on_wake(job, events[i].data.u64);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < WORKERS; i++) {
		size_t item;
		if (job->workers[i].helper || !next_item(job, &item))
			continue;
		int r = start(job, &job->workers[i], item);
		if (r < 0)
			return r;
	}
	keep_time(job);
	return 0;
}

int import_finish(struct import_job *job, struct import_result *ret, char *ret_why)
{
	*ret = (struct import_result) {
		.found = job->found, .known = job->known, .refused_before = job->refused_before
	};
	const struct import_writing what = { .store = job->store,
		.conf = job->conf,
		.now_ms = clock_now_ms(job->clock),
		.quiet = job->quiet,
		.eject_first = job->eject_first };
	return import_rows_write(&what, &job->items, ret, ret_why);
}
