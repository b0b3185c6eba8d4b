/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/watches.h"

#include "base/cleanup.h"
#include "device/desktop.h"
#include "device/holder.h"
#include "device/monitor.h"
#include "kneadd/drives.h"
#include "kneadd/patience.h"
#include "kneadd/rights.h"
#include "kneadd/watch_talk.h"
#include "util/log.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <systemd/sd-login.h>

/* A watch in the wrong mode is told of after this: some pass through it on their way. */
#define ADVICE_MS 10000
/* One that another program holds is tried again after this. */
#define BUSY_MS 60000
/* So often for one that is locked. */
#define LOCKED_TRIES 10u
/* One that the desktop let go of while it was read there, or that was pulled: the bus will tell. */
#define LET_GO_MS 3000
/* A drive that nobody mounted is told of after this: some need many seconds to show their disk. */
#define MOUNT_MS 30000
#define NO_FOLDERS                                                                        \
	"none of the folders of a watch is on it: name the one with FIT or TCX files as " \
	"ActivityPath in a file below /etc/knead/devices, then plug it in again"

#define NO_RULE                                                                             \
	"no right to open it: install the udev rule of Knead (60-kneadd.rules), then plug " \
	"it in again"
/* uaccess gives a right to whoever sits in front, and takes it away again */
#define NO_SEAT                                                                          \
	"no right to open it: a kneadd of your own has it only while you are logged in " \
	"at this machine's screen; log in there, or: sudo knead setup --service system"

struct watches {
	sd_event *event;
	struct watch_talk talk;
	struct runner *runner;
	char trouble[WATCH_TROUBLE_BYTES]; /* of the latest reading; "" */
	watches_said_fn on_said;
	void *userdata;
	struct devices *devices;
	struct device_monitor *monitor;
	struct drives *drives; /* NULL: no udev to listen to */
	struct patience cut, advice, busy, mount;
	struct rights rights;
	unsigned locked_tries; /* since one arrived */
	bool system;
	char held[WATCH_TROUBLE_BYTES]; /* who holds a watch; of the latest end */
};

/* The watch of a source, while it is plugged in. */
static const struct usb_watch *find(const struct watches *watches, const char *source)
{
	char name[WATCH_SOURCE_BYTES];
	const struct usb_watch *watch;
	for (size_t i = 0; watches->monitor && (watch = device_monitor_at(watches->monitor, i));
		i++) {
		usb_source(watch, name);
		if (strcmp(name, source) == 0)
			return watch;
	}
	return NULL;
}

static void after(struct patience *patience, int64_t ms)
{
	int r = patience_wait(patience, ms);
	if (r < 0)
		(void)log_error(r, "cannot set a timer for the watches");
}

static void nudge(const struct watches *watches, bool said)
{
	if (said)
		watches->on_said(watches->userdata);
}

/* A reading that was cut and not gone on with is told of when it is time. */
static void check_cut(void *userdata)
{
	struct watches *watches = userdata;
	bool said = false;
	int64_t next_ms = INT64_MAX, now_ms = clock_now_ms(watches->talk.clock);
	int r = watch_talk_check(&watches->talk, &next_ms, &said);
	if (r < 0)
		(void)log_error(r, "what is left on a watch could not be stored");
	nudge(watches, said);
	if (next_ms != INT64_MAX)
		after(&watches->cut, next_ms - now_ms);
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
	nudge(watches, said);
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
	nudge(watches, said);
}

static void on_arrived(const struct usb_watch *watch, void *userdata)
{
	struct watches *watches = userdata;
	char source[WATCH_SOURCE_BYTES];
	usb_source(watch, source);
	struct log_about about = { .device = source };
	/* before the log tells of it, which tests wait for */
	if (*watch->advice)
		after(&watches->advice, ADVICE_MS);
	if (watch->transport == DEVICE_TRANSPORT_DRIVE)
		after(&watches->mount, MOUNT_MS);
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
	if (find(watches, source) || watch_talk_left(&watches->talk, source) < 0)
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

/* No right to the device itself: it is tried again as soon as there is one. Returns why there is none. */
static const char *wait_for_right(struct watches *watches, const char *node)
{
	int r = rights_wait(&watches->rights, node);
	if (r < 0)
		(void)log_error(r, "cannot wait for a right to %s", node);
	return watches->system || sd_uid_get_seats(getuid(), 1, NULL) > 0 ? NO_RULE : NO_SEAT;
}

/* Another program holds it: is it a desktop that shows its files? Then they are read there. */
static bool read_on_desktop(struct watches *watches, const char *source)
{
	char path[PATH_MAX];
	const struct usb_watch *watch = find(watches, source);
	if (!watch || !desktop_find(watch->serial, path, sizeof path))
		return false;
	log_line(LOG_LEVEL_INFO, "the desktop holds %s: reading it through %s", watch->name, path);
	runner_request(watches->runner, &(struct runner_source) { .kind = SOURCE_VOLUME,
						.name = source,
						.path = path,
						.title = watch->name });
	return true;
}

/* A volume that turned out to be a watch is one from now on. Returns false for one that is none. */
static bool is_met(struct watches *watches, const struct watch_end *end)
{
	struct usb_watch watch;
	if (!watch_talk_knows(&watches->talk, end->name) && end->listed && watches->drives &&
		drives_find(watches->drives, end->name, &watch))
		(void)watch_talk_arrived(&watches->talk, end->name, &watch);
	return watch_talk_knows(&watches->talk, end->name);
}

/* Who has it, when somebody has, or what the fetcher said. */
static const char *why_busy(struct watches *watches, const struct watch_end *end)
{
	struct holder holder;
	const struct usb_watch *watch = find(watches, end->name);
	bool seen = watch && holder_find(watch->node, &holder);
	if (!seen && !strstr(end->why, "another program")) { /* busy with itself */
		(void)snprintf(watches->held, sizeof watches->held,
			"%s: leave it alone for a while; it is tried again each minute", end->why);
		return watches->held;
	}
	holder_advice(seen ? &holder : NULL, watches->held, sizeof watches->held);
	return watches->held;
}

static void log_files(const struct log_about *about, const struct watch_end *end)
{
	char refused[24] = "", later[24] = "";
	if (!end->listed)
		return;
	if (end->refused)
		(void)snprintf(refused, sizeof refused, ", %u refused", end->refused);
	if (end->later)
		(void)snprintf(later, sizeof later, ", %u busy", end->later);
	log_line_about(about, LOG_LEVEL_INFO, "%u of %u new files are in%s%s", end->got,
		end->wanted, refused, later);
}

/* A watch is read where the desktop shows it, and that shows nothing of it, or was let go of. */
static bool is_on_desktop(const struct watches *watches, const struct watch_end *end)
{
	const struct usb_watch *watch = find(watches, end->name);
	return watch && watch->transport == DEVICE_TRANSPORT_MTP &&
	       strcmp(end->path, watch->node) != 0;
}

/* A volume without the folders of a watch: a stick; a second volume of a watch; a watch that the tables do not know
 * well enough, and then that is what is in the way. Returns whether there is more to say. */
static bool heed_no_folders(struct watches *watches, struct watch_end *end)
{
	const struct usb_watch *watch = find(watches, end->name);
	if (!watch || !watch->has_maker || runner_has(watches->runner, end->name) ||
		watch_talk_was_read(&watches->talk, end->name))
		return false;
	bool desktop = is_on_desktop(watches, end);
	end->status = desktop ? -EBUSY : -ENOMEDIUM;
	end->why = desktop ? "another program holds it" : NO_FOLDERS;
	return true;
}

/* A watch of a known make that shows no storage over MTP. A phone may stay locked for a night. */
static bool is_locked_watch(const struct watches *watches, const struct watch_end *end)
{
	const struct usb_watch *watch = find(watches, end->name);
	return end->status == -ENOMEDIUM && watch && watch->has_maker &&
	       watch->transport == DEVICE_TRANSPORT_MTP && strcmp(end->path, watch->node) == 0;
}

/* Once the last of its volumes is read. */
static void eject_if_wanted(struct watches *watches, const struct watch_end *end)
{
	if ((end->status == 0 || end->status == -EMEDIUMTYPE) && watches->drives &&
		watches->talk.conf->watch.eject == CONF_EJECT_AUTO &&
		(end->status == 0 || watch_talk_was_read(&watches->talk, end->name)) &&
		!runner_has(watches->runner, end->name))
		drives_eject(watches->drives, end->name);
}

static void heed_end(struct watches *watches, struct watch_end *end)
{
	struct log_about about = { .device = end->name };
	bool said = false, desktop = is_on_desktop(watches, end);
	/* one that was never used may just have nothing yet: no reason to ring the phone */
	bool quiet = end->status == -EMEDIUMTYPE && !desktop;
	if (end->status != -EMEDIUMTYPE && !is_met(watches, end))
		return;
	eject_if_wanted(watches, end);
	if (end->status == -EMEDIUMTYPE && !heed_no_folders(watches, end))
		return;
	log_files(&about, end);
	if (end->status == -EBUSY && !desktop && read_on_desktop(watches, end->name))
		return;
	if (end->status == -ENODEV && desktop)
		after(&watches->busy, LET_GO_MS);
	if (end->status == -EACCES && watches->drives &&
		drives_try_next(watches->drives, end->name, end->path))
		return;
	if (end->status == -EBUSY && find(watches, end->name))
		after(&watches->busy, BUSY_MS);
	if (is_locked_watch(watches, end) && watches->locked_tries++ < LOCKED_TRIES)
		after(&watches->busy, BUSY_MS); /* somebody may be about to unlock it */
	if (end->status == -EBUSY)
		end->why = why_busy(watches, end);
	const struct usb_watch *watch = find(watches, end->name);
	if (end->status == -EACCES && watch && strcmp(end->path, watch->node) == 0)
		end->why = wait_for_right(watches, end->path);
	bool is_watch = watch && watch->has_maker && !quiet;
	int r = watch_talk_end(&watches->talk, end, is_watch, watches->trouble, &said);
	if (*watches->trouble)
		log_line_about(&about, LOG_LEVEL_WARNING, "%s: %s", watch ? watch->name : end->name,
			watches->trouble);
	if (r < 0)
		(void)log_error(r, "how the reading of %s ended could not be stored", end->name);
	nudge(watches, said);
	watches_check(watches);
}

const char *watches_on_end(struct watches *watches, const struct watch_end *end)
{
	watches->trouble[0] = '\0';
	struct watch_end copy = *end;
	heed_end(watches, &copy);
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
