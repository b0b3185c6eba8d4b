/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/manager.h"

#include "base/cleanup.h"
#include "conf/conf.h"
#include "import/day_rules.h"
#include "conf/paths.h"
#include "kneadd/folders.h"
#include "kneadd/feeder.h"
#include "kneadd/keeper.h"
#include "kneadd/notices.h"
#include "kneadd/runner.h"
#include "kneadd/ticks.h"
#include "kneadd/watches.h"
#include "outbox/outbox.h"
#include "store/store.h"
#include "util/log.h"
#include "util/memory.h"
#include "util/zone.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <systemd/sd-daemon.h>

struct manager {
	sd_event *event;
	struct conf_paths paths;
	struct conf *conf;
	struct clock_source clock;
	struct store *store;
	int lock_fd; /* the store is ours alone, but for commands */
	struct keeper *keeper;
	struct feeder *feeder;
	struct outbox *outbox;
	struct runner *runner;
	struct ticks *ticks;
	struct folders *folders;
	struct watches *watches;
	struct notices *notices;
};

struct manager *manager_free(struct manager *manager)
{
	if (!manager)
		return NULL;
	manager->notices = notices_free(manager->notices);
	manager->watches = watches_free(manager->watches);
	manager->folders = folders_free(manager->folders);
	manager->ticks = ticks_free(manager->ticks);
	manager->runner = runner_free(manager->runner);
	manager->outbox = outbox_free(manager->outbox);
	manager->feeder = feeder_free(manager->feeder);
	manager->keeper = keeper_free(manager->keeper);
	if (manager->lock_fd >= 0)
		(void)close(manager->lock_fd);
	manager->store = store_close(manager->store);
	manager->conf = conf_free(manager->conf);
	conf_paths_done(&manager->paths);
	sd_event_unref(manager->event);
	free(manager);
	return NULL;
}

static void manager_freep(struct manager **manager)
{
	(void)manager_free(*manager);
}

static int load_settings(struct manager *manager, struct conf **ret)
{
	CLEANUP(problems_done) struct problems problems = { 0 };
	int r = conf_load(manager->paths.config, manager->paths.config_asked, ret, &problems);
	for (size_t i = 0; i < problems.n; i++)
		log_line(problems.list[i].level == PROBLEM_ERROR ? LOG_LEVEL_ERROR
								 : LOG_LEVEL_WARNING,
			"%s", problems.list[i].text);
	return r;
}

static void use_zone(const struct conf *conf)
{
	int r = zone_set(conf->runner.time_zone);
	if (r < 0)
		(void)log_error(r, "the time zone %s cannot be used; the machine's own is",
			conf->runner.time_zone);
}

static void say_other_days(const struct manager *manager)
{
	char were[DAY_RULES_BYTES], are[DAY_RULES_BYTES];
	if (day_rules_differ(manager->store, manager->conf, were, are) > 0)
		log_line(LOG_LEVEL_WARNING,
			"the stored days were counted otherwise (%s; now %s): knead recompute "
			"counts them anew",
			were, are);
}

static void on_quiet_folder(const struct conf_folder *folder, void *userdata)
{
	struct manager *manager = userdata;
	char name[sizeof "folder:" + sizeof folder->name];
	(void)snprintf(name, sizeof name, "folder:%s", folder->name);
	runner_request(manager->runner, &(struct runner_source) { .kind = SOURCE_FOLDER,
						.name = name,
						.path = folder->path,
						.title = folder->path });
}

static void on_said(void *userdata)
{
	struct manager *manager = userdata;
	outbox_wake(manager->outbox);
}

/* Something was stored, perhaps by a command. */
static void touch(struct manager *manager)
{
	keeper_touch(manager->keeper);
	feeder_touch(manager->feeder);
}

static void on_stored(const struct import_result *result, void *userdata)
{
	struct manager *manager = userdata;
	touch(manager);
	if (result->decided.said)
		outbox_wake(manager->outbox);
}

/* What was left out until the store was whole again can go on. */
static void on_put_back(const struct import_result *result, void *userdata)
{
	struct manager *manager = userdata;
	keeper_restored(manager->store, result);
	touch(manager);
	if (manager->ticks) /* else it is still being put together */
		ticks_check(manager->ticks, manager->conf);
}

/* The next start puts it back; it is somebody else's to start again (Restart=on-failure). */
static void on_damaged(void *userdata)
{
	struct manager *manager = userdata;
	if (!keeper_note_damage(manager->store))
		return;
	log_line(LOG_LEVEL_ERROR,
		"the store is damaged: kneadd ends, and puts it back when it starts again");
	(void)sd_event_exit(manager->event, -EUCLEAN);
}

static const char *on_watch_end(const struct watch_end *end, void *userdata)
{
	struct manager *manager = userdata;
	return manager->watches ? watches_on_end(manager->watches, end) : end->why;
}

static void on_status(const char *status, void *userdata)
{
	(void)userdata;
	(void)sd_notifyf(0, "STATUS=%s", status);
}

/* A command wrote to the store, or the test clock moved. */
static void on_notice(void *userdata)
{
	struct manager *manager = userdata;
	touch(manager);
	ticks_check(manager->ticks, manager->conf);
	watches_check(manager->watches);
	outbox_wake(manager->outbox);
}

static int follow_folders(struct manager *manager)
{
	manager->folders = folders_free(manager->folders);
	return folders_new(
		manager->event, manager->conf, on_quiet_folder, manager, &manager->folders);
}

/* For `knead doctor`: whether the settings on the disk are those that hold. */
static void note_settings(struct manager *manager)
{
	char digest[CONF_DIGEST_BYTES];
	int r = conf_digest(manager->conf, digest);
	if (r == 0)
		r = store_set_fact(manager->store, CONF_DIGEST_FACT, digest);
	if (r < 0)
		(void)log_error(r, "which settings hold could not be noted down");
}

static int on_hangup(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	(void)source;
	(void)info;
	struct manager *manager = userdata;
	struct conf *fresh = NULL;
	(void)sd_notify(0, "RELOADING=1");
	if (load_settings(manager, &fresh) < 0) {
		log_line(LOG_LEVEL_ERROR, "the settings cannot be used; those of before hold");
	} else {
		/* whoever borrows the old settings lets go of them before they are freed */
		manager->folders = folders_free(manager->folders);
		use_zone(fresh);
		runner_reload(manager->runner, fresh);
		outbox_reload(manager->outbox, fresh);
		feeder_reload(manager->feeder);
		watches_reload(manager->watches, fresh);
		ticks_check(manager->ticks, fresh);
		conf_free(manager->conf);
		manager->conf = fresh;
		int r = follow_folders(manager);
		if (r < 0)
			(void)log_error(r, "the folders cannot be followed");
		note_settings(manager);
		log_line(LOG_LEVEL_INFO, "settings read again");
		say_other_days(manager);
	}
	(void)sd_notify(0, "READY=1");
	return 0;
}

static int add_signals(struct manager *manager)
{
	sigset_t set;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	int r = sd_event_add_signal(manager->event, NULL, SIGTERM, NULL, NULL);
	if (r >= 0)
		r = sd_event_add_signal(manager->event, NULL, SIGINT, NULL, NULL);
	if (r >= 0)
		r = sd_event_add_signal(manager->event, NULL, SIGHUP, on_hangup, manager);
	return r;
}

static int open_store(struct manager *manager, char *ret_why)
{
	char why[STORE_WHY_BYTES] = "";
	int r = keeper_open(
		manager->paths.state, &manager->clock, &manager->store, &manager->lock_fd, why);
	if (r < 0)
		(void)snprintf(
			ret_why, MANAGER_WHY_BYTES, "store: %s: %s", manager->paths.state, why);
	return r;
}

static int add_parts(struct manager *manager)
{
	const struct runner_callbacks callbacks = { .on_stored = on_stored,
		.on_put_back = on_put_back,
		.on_damaged = on_damaged,
		.on_watch_end = on_watch_end,
		.on_status = on_status,
		.userdata = manager };
	int r = keeper_new(manager->store, &manager->clock, &manager->keeper);
	if (r == 0)
		r = feeder_new(manager->event, manager->store, &manager->feeder);
	if (r == 0)
		r = outbox_new(manager->event, manager->store, manager->conf, &manager->clock,
			&manager->outbox);
	if (r == 0)
		r = runner_new(manager->event, manager->store, &manager->clock, &callbacks,
			&manager->runner);
	if (r < 0)
		return r;
	runner_reload(manager->runner, manager->conf);
	if (keeper_is_restoring(
		    manager->store)) /* before any source shows what it announced already */
		runner_request(manager->runner, &(struct runner_source) { .kind = SOURCE_ARCHIVE,
							.name = "archive",
							.path = "",
							.title = "the archive of originals" });
	r = ticks_new(manager->event, manager->store, manager->conf, &manager->clock, on_said,
		manager, &manager->ticks);
	if (r == 0)
		r = notices_new(manager->event, manager->paths.state, manager->clock.file,
			on_notice, manager, &manager->notices);
	if (r == 0)
		r = follow_folders(manager);
	if (r == 0)
		r = watches_new(manager->event, manager->store, manager->conf, &manager->clock,
			manager->runner, manager->paths.system, on_said, manager,
			&manager->watches);
	/* what a killed import left in the spool is for the first folder's import to take along, or one
	 * plug-in would be two messages; this is for when there is none */
	if (r == 0 && !folders_any(manager->folders))
		runner_request(manager->runner,
			&(struct runner_source) {
				.kind = SOURCE_SPOOL, .name = "", .path = "", .title = "" });
	return r;
}

static const char *why_not_started(int error)
{
	switch (error) {
	case -EMFILE:
	case -ENFILE:
		return "too many files are open, or as many inotify instances as this user may "
		       "have (sudo sysctl fs.inotify.max_user_instances=512, LimitNOFILE=)";
	case -ENOSPC:
		return "the disk is full, or this user watches as much as the kernel allows (sudo "
		       "sysctl fs.inotify.max_user_watches=524288)";
	default:
		return strerror(-error);
	}
}

int manager_new(const struct manager_options *options, struct manager **ret, char *ret_why)
{
	CLEANUP(manager_freep) struct manager *manager = calloc(1, sizeof *manager);
	(void)snprintf(ret_why, MANAGER_WHY_BYTES, "out of memory");
	if (!manager)
		return -ENOMEM;
	manager->lock_fd = -EBADF;
	manager->clock.file = options->test_clock;
	int r = conf_paths_find(options->state, options->config, &manager->paths);
	if (r < 0) {
		(void)snprintf(ret_why, MANAGER_WHY_BYTES,
			"state: no home directory: name one with --state DIR");
		return r;
	}
	if ((r = load_settings(manager, &manager->conf)) < 0) {
		(void)snprintf(ret_why, MANAGER_WHY_BYTES,
			"settings: %s: cannot be used, see above (knead config check)",
			manager->paths.config);
		return r;
	}
	use_zone(manager->conf);
	if ((r = open_store(manager, ret_why)) < 0)
		return r;
	r = sd_event_new(&manager->event);
	if (r >= 0)
		r = add_signals(manager);
	if (r >= 0)
		r = add_parts(manager);
	if (r < 0) {
		(void)snprintf(ret_why, MANAGER_WHY_BYTES, "start: %s", why_not_started(r));
		return r;
	}
	note_settings(manager);
	(void)store_set_fact(manager->store, STORE_FACT_DAEMON, KNEAD_VERSION);
	*ret = TAKE_PTR(manager);
	return 0;
}

/* Before the loop goes to sleep with nothing left to do, memory is given back: once, not at each turn. True when
 * something is left to do after all. */
static bool settle(struct manager *manager)
{
	if (runner_is_busy(manager->runner) || outbox_is_busy(manager->outbox))
		return false;
	feeder_settle(manager->feeder, manager->conf);
	keeper_settle(manager->keeper);
	store_release_memory(manager->store);
	memory_settle();
	return false;
}

static int loop(struct manager *manager)
{
	int r = 1;
	while (r >= 0 && sd_event_get_state(manager->event) != SD_EVENT_FINISHED) {
		r = sd_event_run(manager->event, 0);
		if (r != 0)
			continue;
		r = sd_event_run(manager->event, settle(manager) ? 0 : UINT64_MAX);
	}
	return r;
}

int manager_run(struct manager *manager)
{
	(void)sd_notify(0, "READY=1\nSTATUS=waiting for a watch");
	log_line(LOG_LEVEL_INFO, "ready, store %s", manager->paths.state);
	outbox_wake(manager->outbox); /* what was decided while nobody ran */
	int r = loop(manager), code = 0;
	if (r >= 0 && sd_event_get_exit_code(manager->event, &code) >= 0)
		r = code;
	(void)sd_notify(0, "STOPPING=1");
	log_line(LOG_LEVEL_INFO, "stopped");
	return r < 0 ? r : 0;
}
