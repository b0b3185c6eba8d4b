/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/watches.h"

#include "base/cleanup.h"
#include "kneadd/watch_end.h"
#include "util/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A watch in the wrong mode is told of after this: some pass through it on their way. */
#define ADVICE_MS 10000
/* A drive that nobody mounted is told of after this: some need many seconds to show their disk. */
#define MOUNT_MS 30000

/* A reading that was cut and not gone on with is told of when it is time. */
static void check_cut(void *userdata)
{
	struct watches *watches = userdata;
	bool said = false;
	int64_t next_ms = INT64_MAX, now_ms = clock_now_ms(watches->talk.clock);
	int r = watch_talk_check(&watches->talk, &next_ms, &said);
	if (r < 0)
		(void)log_error(r, "what is left on a watch could not be stored");
	watches_nudge(watches, said);
	if (next_ms != INT64_MAX)
		watches_wait(&watches->cut, next_ms - now_ms);
}

void watches_check(struct watches *watches)
{
	patience_look(&watches->advice);
	patience_look(&watches->mount);
	patience_look(&watches->busy);
	if (watches->drives)
		drives_check(watches->drives);
	check_cut(watches);
}

static void request(struct watches *watches, const struct usb_watch *watch)
{
	char source[WATCH_SOURCE_BYTES];
	usb_source(watch, source);
	runner_request(watches->runner, &(struct runner_source) { .kind = SOURCE_WATCH,
						.name = source,
						.path = watch->node,
						.interface = watch->interface,
						.title = watch->name });
}

static void on_advice(void *userdata)
{
	struct watches *watches = userdata;
	const struct usb_watch *watch;
	bool said = false;
	for (size_t i = 0; (watch = device_monitor_at(watches->monitor, i)); i++) {
		char name[WATCH_SOURCE_BYTES];
		usb_source(watch, name);
		if (*watch->advice &&
			watch_talk_trouble(&watches->talk, name, watch->advice, &said) < 0)
			log_line(LOG_LEVEL_ERROR, "what is in the way of %s could not be stored",
				watch->name);
	}
	watches_nudge(watches, said);
}

static const char *not_mounted(const struct watches *watches)
{
	return watches->system
		       ? "it is a drive that nothing mounted: see systemctl status "
			 "'kneadd-volume@*'"
		       : "it is a drive that nothing mounted: open it once in the file manager";
}

static void on_mount_late(void *userdata)
{
	struct watches *watches = userdata;
	const struct usb_watch *watch;
	bool said = false;
	for (size_t i = 0; (watch = device_monitor_at(watches->monitor, i)); i++) {
		char name[WATCH_SOURCE_BYTES];
		usb_source(watch, name);
		if (watch->transport == DEVICE_TRANSPORT_DRIVE && watches->drives &&
			!drives_had(watches->drives, name))
			(void)watch_talk_trouble(&watches->talk, name, not_mounted(watches), &said);
	}
	watches_nudge(watches, said);
}

static void on_arrived(const struct usb_watch *watch, void *userdata)
{
	struct watches *watches = userdata;
	char source[WATCH_SOURCE_BYTES];
	usb_source(watch, source);
	struct log_about about = { .device = source };
	/* before the log tells of it, which tests wait for */
	if (*watch->advice)
		watches_wait(&watches->advice, ADVICE_MS);
	if (watch->transport == DEVICE_TRANSPORT_DRIVE)
		watches_wait(&watches->mount, MOUNT_MS);
	log_line_about(&about, LOG_LEVEL_INFO, "%s is plugged in (%s)%s%s", watch->name, watch->id,
		*watch->advice ? ": " : "", watch->advice);
	int r = watch_talk_arrived(&watches->talk, source, watch);
	if (r < 0)
		(void)log_error(r, "%s could not be noted down", watch->name);
	watches->locked_tries = 0;
	if (watch->transport == DEVICE_TRANSPORT_MTP)
		request(watches, watch);
}

static void on_left(const struct usb_watch *watch, void *userdata)
{
	struct watches *watches = userdata;
	char source[WATCH_SOURCE_BYTES];
	usb_source(watch, source);
	struct log_about about = { .device = source };
	log_line_about(&about, LOG_LEVEL_INFO, "%s is unplugged", watch->name);
	runner_forget(watches->runner, source);
	rights_forget(&watches->rights, watch->node);
	if (watches->drives)
		drives_forget(watches->drives, source);
	int r = watch_talk_left(&watches->talk, source);
	if (r < 0)
		(void)log_error(r, "%s could not be noted down", watch->name);
	watches_check(watches);
}

/* A drive that the bus did not tell of, since only what it holds made it a watch, leaves with its volume. */
static void on_volume_gone(const char *source, void *userdata)
{
	struct watches *watches = userdata;
	if (watches_find(watches, source) || watch_talk_left(&watches->talk, source) < 0)
		return;
	log_line(LOG_LEVEL_INFO, "%s is unmounted", source);
	watches_check(watches);
}

static void on_busy(void *userdata)
{
	struct watches *watches = userdata;
	const struct usb_watch *watch;
	for (size_t i = 0; (watch = device_monitor_at(watches->monitor, i)); i++)
		if (watch->transport == DEVICE_TRANSPORT_MTP)
			request(watches, watch);
}

static void on_right_given(const char *node, void *userdata)
{
	struct watches *watches = userdata;
	const struct usb_watch *watch;
	for (size_t i = 0; (watch = device_monitor_at(watches->monitor, i)); i++)
		if (strcmp(watch->node, node) == 0)
			request(watches, watch);
}

const char *watches_on_end(struct watches *watches, const struct watch_end *end)
{
	watches->trouble[0] = '\0';
	struct watch_end copy = *end;
	if (watch_end_heed(watches, &copy))
		watches_check(watches);
	return watches->trouble;
}

void watches_reload(struct watches *watches, const struct conf *conf)
{
	watches->talk.conf = conf;
}

struct watches *watches_free(struct watches *watches)
{
	if (!watches)
		return NULL;
	(void)store_no_watch_is_here(watches->talk.store);
	patience_done(&watches->cut);
	patience_done(&watches->advice);
	patience_done(&watches->busy);
	patience_done(&watches->mount);
	rights_done(&watches->rights);
	watches->drives = drives_free(watches->drives);
	watches->monitor = device_monitor_free(watches->monitor);
	watches->devices = devices_free(watches->devices);
	free(watches);
	return NULL;
}

static void watches_freep(struct watches **watches)
{
	(void)watches_free(*watches);
}

/* After the bus was asked, so that a drive that is a known watch is met under its own name. */
static void start_drives(struct watches *watches)
{
	const struct drives_callbacks callbacks = { .on_gone = on_volume_gone,
		.userdata = watches };
	int r = drives_new(watches->event, watches->talk.clock, watches->devices, watches->runner,
		&callbacks, &watches->drives);
	if (r < 0)
		(void)log_error(r, "cannot listen for drives on USB");
	else
		drives_look(watches->drives);
}

/* One that waits for nothing yet. */
static struct patience patience_of(
	sd_event *event, struct clock_source *clock, struct watches *watches, void (*run)(void *))
{
	return (struct patience) {
		.event = event, .clock = clock, .userdata = watches, .run = run
	};
}

int watches_new(sd_event *event, struct store *store, const struct conf *conf,
	struct clock_source *clock, struct runner *runner, bool system, watches_said_fn on_said,
	void *userdata, struct watches **ret)
{
	CLEANUP(watches_freep) struct watches *watches = calloc(1, sizeof *watches);
	if (!watches)
		return -ENOMEM;
	*watches = (struct watches) { .event = event,
		.talk = { .store = store, .conf = conf, .clock = clock },
		.runner = runner,
		.on_said = on_said,
		.userdata = userdata,
		.cut = patience_of(event, clock, watches, check_cut),
		.advice = patience_of(event, clock, watches, on_advice),
		.busy = patience_of(event, clock, watches, on_busy),
		.mount = patience_of(event, clock, watches, on_mount_late),
		.rights = { .event = event, .userdata = watches, .on_given = on_right_given },
		.system = system };
	const struct device_monitor_callbacks callbacks = {
		.on_arrived = on_arrived, .on_left = on_left, .userdata = watches
	};
	int r = devices_load(&watches->devices, NULL);
	if (r == 0)
		r = store_no_watch_is_here(store);
	if (r < 0)
		return r;
	r = device_monitor_new(event, watches->devices, &callbacks, &watches->monitor);
	if (r < 0)
		(void)log_error(r, "cannot listen for watches on USB");
	start_drives(watches);
	watches_check(watches);
	*ret = TAKE_PTR(watches);
	return 0;
}
