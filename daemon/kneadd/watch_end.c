/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/watch_end.h"

#include "device/desktop.h"
#include "device/holder.h"
#include "util/log.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <systemd/sd-login.h>

/* One that another program holds is tried again after this. */
#define BUSY_MS 60000
/* So often for one that is locked. */
#define LOCKED_TRIES 10u
/* One that the desktop let go of while it was read there, or that was pulled: the bus will tell. */
#define LET_GO_MS 3000

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
	const struct usb_watch *watch = watches_find(watches, source);
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
	const struct usb_watch *watch = watches_find(watches, end->name);
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
	const struct usb_watch *watch = watches_find(watches, end->name);
	return watch && watch->transport == DEVICE_TRANSPORT_MTP &&
	       strcmp(end->path, watch->node) != 0;
}

/* A volume without the folders of a watch: a stick; a second volume of a watch; a watch that the tables do not know
 * well enough, and then that is what is in the way. Returns whether there is more to say. */
static bool heed_no_folders(struct watches *watches, struct watch_end *end)
{
	const struct usb_watch *watch = watches_find(watches, end->name);
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
	const struct usb_watch *watch = watches_find(watches, end->name);
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

bool watch_end_heed(struct watches *watches, struct watch_end *end)
{
	struct log_about about = { .device = end->name };
	bool said = false, desktop = is_on_desktop(watches, end);
	/* one that was never used may just have nothing yet: no reason to ring the phone */
	bool quiet = end->status == -EMEDIUMTYPE && !desktop;
	if (end->status != -EMEDIUMTYPE && !is_met(watches, end))
		return false;
	eject_if_wanted(watches, end);
	if (end->status == -EMEDIUMTYPE && !heed_no_folders(watches, end))
		return false;
	log_files(&about, end);
	if (end->status == -EBUSY && !desktop && read_on_desktop(watches, end->name))
		return false;
	if (end->status == -ENODEV && desktop)
		watches_wait(&watches->busy, LET_GO_MS);
	if (end->status == -EACCES && watches->drives &&
		drives_try_next(watches->drives, end->name, end->path))
		return false;
	if (end->status == -EBUSY && watches_find(watches, end->name))
		watches_wait(&watches->busy, BUSY_MS);
	if (is_locked_watch(watches, end) && watches->locked_tries++ < LOCKED_TRIES)
		watches_wait(&watches->busy, BUSY_MS); /* somebody may be about to unlock it */
	if (end->status == -EBUSY)
		end->why = why_busy(watches, end);
	const struct usb_watch *watch = watches_find(watches, end->name);
	if (end->status == -EACCES && watch && strcmp(end->path, watch->node) == 0)
		end->why = wait_for_right(watches, end->path);
	bool is_watch = watch && watch->has_maker && !quiet;
	int r = watch_talk_end(&watches->talk, end, is_watch, watches->trouble, &said);
	if (*watches->trouble)
		log_line_about(&about, LOG_LEVEL_WARNING, "%s: %s", watch ? watch->name : end->name,
			watches->trouble);
	if (r < 0)
		(void)log_error(r, "how the reading of %s ended could not be stored", end->name);
	watches_nudge(watches, said);
	return true;
}
