/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead eject [WATCH]: unmounts a watch that is a drive; any other needs nothing. */
#include "cli/session.h"
#include "cli/verbs.h"

#include "base/cleanup.h"
#include "device/eject.h"
#include "ipc/json_text.h"
#include "store/store_watch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <time.h>

#define STEP_MS 50u
#define READING_MS 60000u /* that an import under way is waited for */
#define LEAVING_MS 20000u /* that a volume may take to be gone */

struct ejecting {
	struct cli_context *context;
	struct session *session;
	const char *wanted;      /* NULL: whatever is here */
	struct devices *devices; /* owned */
	struct volume *volumes;  /* owned; VOLUMES_MAX */
	size_t n;
	unsigned found, failed;
};

static void ejecting_done(struct ejecting *ejecting)
{
	(void)devices_free(ejecting->devices);
	free(ejecting->volumes);
}

static void wait_a_moment(void)
{
	const struct timespec step = { .tv_nsec = STEP_MS * 1000000L };
	(void)nanosleep(&step, NULL);
}

static bool is_wanted(
	const struct ejecting *ejecting, const char *name, const char *serial, const char *source)
{
	const char *wanted = ejecting->wanted;
	return !wanted || strcasecmp(wanted, name) == 0 || strcmp(wanted, source) == 0 ||
	       (*serial && strcasecmp(wanted, serial) == 0);
}

static int say(struct ejecting *ejecting, const char *name, const char *serial, bool drive)
{
	if (ejecting->context->json) {
		json_auto_t *object = json_pack("{s:s,s:s?,s:s,s:b}", "name", name, "serial",
			*serial ? serial : NULL, "transport", drive ? "drive" : "mtp", "ejected",
			drive);
		return object ? json_print(stdout, object) : -ENOMEM;
	}
	cli_print_clean(name);
	(void)puts(drive ? ": unmounted, safe to unplug" : ": nothing to eject, safe to unplug");
	return 0;
}

/* While it is held nothing is read. Returns a descriptor; a negative errno. */
static int wait_for_reading(const struct session *session)
{
	int fd = store_lock_import(session->store, false);
	for (unsigned ms = 0; fd == -EAGAIN && ms < READING_MS; ms += STEP_MS) {
		wait_a_moment();
		fd = store_lock_import(session->store, false);
	}
	return fd;
}

static bool is_mounted(const struct volume *volume)
{
	AUTO_FREE struct volume *now = calloc(VOLUMES_MAX, sizeof *now);
	int n = now ? volumes_find(now) : 0;
	for (int i = 0; i < n; i++)
		if (volume_is(&now[i], volume))
			return true;
	return false;
}

/* Returns 0; -EBUSY when whoever mounted it does not let go. */
static int unmount(const struct volume *volume)
{
	pid_t pid = -1;
	int status = 0, r = eject_ask(volume, &pid);
	if (r < 0)
		return r;
	bool refused = pid > 0 && (waitpid(pid, &status, 0) != pid || status != 0);
	for (unsigned ms = 0; is_mounted(volume); ms += STEP_MS) {
		if (refused || ms >= LEAVING_MS)
			return -EBUSY;
		wait_a_moment();
	}
	return 0;
}

static int complain(const char *name, const struct volume *volume, int error)
{
	bool unit = eject_is_of_unit(volume);
	if (error == -EACCES && unit)
		return cli_fail(CLI_PART, name, volume->mount,
			"no right to eject it: sudo adduser $USER knead, then log in again");
	if (error == -ENOENT)
		return cli_fail(CLI_PART, name, volume->mount,
			unit ? "nobody waits to unmount it: sudo umount %s"
			     : "there is no udisksctl to ask: sudo umount %s",
			volume->mount);
	if (error == -EBUSY)
		return cli_fail(CLI_PART, name, volume->mount,
			unit ? "it is still mounted: see systemctl status 'kneadd-eject@*'"
			     : "it stays mounted: close what uses it, then eject it in the file "
			       "manager");
	return cli_fail_errno(CLI_PART, name, volume->mount, error);
}

/* A stick that was never read as a watch is none of ours. */
static bool is_watch(
	const struct ejecting *ejecting, const struct usb_watch *watch, const char *source)
{
	struct stored_watch row;
	return *watch->section || store_get_watch(ejecting->session->store, source, &row) == 0;
}

/* Returns 0; a negative errno: nothing could be printed. */
static int eject_drive(
	struct ejecting *ejecting, const struct volume *volume, const struct usb_watch *watch)
{
	char part[PATH_MAX];
	int r = unmount(volume);
	if (r == 0 && !volumes_find_part(volume, part))
		return say(ejecting, watch->name, watch->serial, true);
	ejecting->failed++;
	if (r < 0)
		(void)complain(watch->name, volume, r);
	else
		(void)cli_fail(CLI_PART, watch->name, part,
			"a part of it is mounted here: sudo umount %s, then unplug it", part);
	return 0;
}

static int eject_drives(struct ejecting *ejecting)
{
	for (size_t i = 0; i < ejecting->n; i++) {
		const struct volume *volume = &ejecting->volumes[i];
		struct usb_watch watch;
		char source[WATCH_SOURCE_BYTES];
		if (!volume_describe(volume, ejecting->devices, &watch))
			continue;
		usb_source(&watch, source);
		if (!is_watch(ejecting, &watch, source) ||
			!is_wanted(ejecting, watch.name, watch.serial, source))
			continue;
		ejecting->found++;
		if (eject_drive(ejecting, volume, &watch) < 0)
			return CLI_PART;
	}
	return CLI_DONE;
}

/* Those that speak MTP: nothing is mounted, nothing is written. */
static int pass_others(struct ejecting *ejecting)
{
	AUTO_FREE struct stored_watch *rows = NULL;
	size_t n = 0;
	int r = store_list_watches(ejecting->session->store, &rows, &n);
	for (size_t i = 0; r == 0 && i < n; i++) {
		if (!rows[i].here || strcmp(rows[i].transport, "drive") == 0 ||
			!is_wanted(ejecting, rows[i].name, rows[i].serial, rows[i].source))
			continue;
		ejecting->found++;
		r = say(ejecting, rows[i].name, rows[i].serial, false);
	}
	return r < 0 ? cli_fail_errno(CLI_STATE, "store", ejecting->session->paths.state, r)
		     : CLI_DONE;
}

static int nothing_found(const struct ejecting *ejecting)
{
	if (ejecting->wanted)
		return cli_fail(CLI_NOTHING, "no such watch is mounted", ejecting->wanted,
			"see knead watches for those that are here");
	return cli_fail(CLI_NOTHING, "nothing to eject", NULL, "no watch is mounted");
}

static int run(struct ejecting *ejecting)
{
	AUTO_CLOSE int lock = wait_for_reading(ejecting->session);
	if (lock == -EAGAIN)
		return cli_fail(CLI_PART, "eject", NULL,
			"a watch or a folder is still being read: try again in a minute");
	if (lock < 0)
		return cli_fail_errno(CLI_STATE, "store", ejecting->session->paths.state, lock);
	ejecting->volumes = calloc(VOLUMES_MAX, sizeof *ejecting->volumes);
	int n = ejecting->volumes ? volumes_find(ejecting->volumes) : -ENOMEM;
	int r = n < 0 ? n : devices_load(&ejecting->devices, NULL);
	if (r < 0)
		return cli_fail_errno(CLI_STATE, "eject", "the list of mounts", r);
	ejecting->n = (size_t)n;
	int status = eject_drives(ejecting);
	if (status == CLI_DONE)
		status = pass_others(ejecting);
	if (status == CLI_DONE && !ejecting->found)
		return nothing_found(ejecting);
	return status == CLI_DONE && ejecting->failed ? CLI_PART : status;
}

int verb_eject(struct cli_context *context, int count, char **arguments)
{
	AUTO_SESSION struct session session;
	int status = session_open(context, STORE_READ, &session);
	if (status != CLI_DONE)
		return status;
	CLEANUP(ejecting_done)
	struct ejecting ejecting = {
		.context = context, .session = &session, .wanted = count ? arguments[0] : NULL
	};
	return run(&ejecting);
}
