/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The watches that are plugged in: whether kneadd gets at them. */
#include "doctor/checks.h"

#include "base/cleanup.h"
#include "base/num.h"
#include "conf/file.h"
#include "device/desktop.h"
#include "device/mounts.h"
#include "doctor/command.h"
#include "doctor/holder.h"
#include "doctor/rules.h"
#include "store/store_watch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOUNTS_MAX_BYTES (1u << 20)
#define RELOAD_RULES                                                             \
	"sudo udevadm control --reload && sudo udevadm trigger --action=change " \
	"--subsystem-match=usb, then plug the watch in again"

/* What an administrator added in /etc/knead/devices. */
void check_device_tables(const struct doctor *doctor, struct findings *findings)
{
	CLEANUP(devices_freep) struct devices *devices = NULL;
	CLEANUP(problems_done) struct problems problems = { 0 };
	(void)doctor;
	if (devices_load(&devices, &problems) < 0)
		return;
	for (size_t i = 0; i < problems.n; i++)
		findings_add(findings, FINDING_FAULT, "device-tables",
			"mend that line, or move the file away", "%s", problems.list[i].text);
}

/* Whether the person is the one who is logged in at this machine's screen, whom udev gives a right to its watches.
 * True where nobody can tell. */
static bool sits_here(const struct doctor *doctor)
{
	char answer[256], session[64], user[16], uid[16];
	const char *const seat[] = { "loginctl", "show-seat", "seat0", "--property=ActiveSession",
		NULL };
	const char *const active[] = { "loginctl", "show-session", session, "--property=User",
		NULL };
	int r = command_ask(seat, answer, sizeof answer);
	if (r < 0)
		return true;
	(void)snprintf(uid, sizeof uid, "%u", (unsigned)doctor->person.uid);
	return r == 0 && *command_value(answer, "ActiveSession", session, sizeof session) &&
	       command_ask(active, answer, sizeof answer) == 0 &&
	       strcmp(command_value(answer, "User", user, sizeof user), uid) == 0;
}

static void mend_rights(const struct doctor *doctor, char *ret, size_t room)
{
	char hiding[RULES_PATH_BYTES];
	if (!doctor->paths.system && !sits_here(doctor))
		(void)snprintf(ret, room,
			"log in at this machine's screen, or: sudo knead setup --service system");
	else if (rules_are_hidden(
			 hiding)) /* it gives a right to some, or this one would be told of */
		(void)snprintf(ret, room, "sudo rm %s && " RELOAD_RULES, hiding);
	else
		(void)snprintf(ret, room, RELOAD_RULES);
}

void check_watch_can_be_opened(const struct doctor *doctor, struct findings *findings)
{
	for (size_t i = 0; i < doctor->watches.n; i++) {
		const struct watch_here *watch = &doctor->watches.list[i];
		char path[PATH_MAX], command[RULES_PATH_BYTES + sizeof RELOAD_RULES + 16];
		if (watch->transport != DEVICE_TRANSPORT_MTP || !*watch->node ||
			!doctor->has_person)
			continue;
		bool there = access(machine_path(watch->node, path), F_OK) == 0;
		if (there && machine_may(&doctor->person, path, R_OK | W_OK))
			continue;
		mend_rights(doctor, command, sizeof command);
		if (there)
			findings_add(findings, FINDING_FAULT, "watch-rights", command,
				"kneadd has no right to open %s (%s)", watch->name, watch->node);
		else
			findings_add(findings, FINDING_FAULT, "watch-rights", RELOAD_RULES,
				"%s has no device node (%s)", watch->name, watch->node);
	}
}

/* Who reads this, and types: with sudo, whoever called it. */
static uid_t reader(void)
{
	const char *caller = getenv("SUDO_UID");
	int64_t uid = 0;
	if (geteuid() != 0 || !caller ||
		num_int(caller, strlen(caller), 0, UINT32_MAX - 1, &uid) < 0)
		return geteuid();
	return (uid_t)uid;
}

static void tell_holder(
	const struct watch_here *watch, const struct holder *holder, struct findings *findings)
{
	char command[96];
	/* it would only come back, and takes others along */
	bool desktop = strncmp(holder->name, "gvfs", 4) == 0;
	bool others = holder->uid != reader();
	(void)snprintf(
		command, sizeof command, "%skill %d", others ? "sudo " : "", (int)holder->pid);
	findings_add(findings, FINDING_FAULT, "watch-held",
		desktop ? "gio mount -s mtp (for good: sudo knead setup --keep-others-off on)"
			: command,
		"%s is held by another program: %s, process %d", watch->name, holder->name,
		(int)holder->pid);
}

void check_watch_is_free(const struct doctor *doctor, struct findings *findings)
{
	for (size_t i = 0; i < doctor->watches.n; i++) {
		const struct watch_here *watch = &doctor->watches.list[i];
		struct holder holder;
		char mount[PATH_MAX];
		if (watch->transport != DEVICE_TRANSPORT_MTP)
			continue;
		if (holder_find(watch->node, &holder))
			tell_holder(watch, &holder, findings);
		else if (desktop_find(watch->serial, mount, sizeof mount))
			findings_add(findings, FINDING_FAULT, "watch-held",
				"gio mount -s mtp (for good: sudo knead setup --keep-others-off "
				"on)",
				"%s is held by the desktop's file manager", watch->name);
		else if (watch->claimed && doctor->daemon_error == -ESRCH)
			findings_add(findings, FINDING_FAULT, "watch-held",
				"sudo knead doctor, which can see whose program it is",
				"%s is held by another program", watch->name);
	}
}

void check_watch_mode(const struct doctor *doctor, struct findings *findings)
{
	for (size_t i = 0; i < doctor->watches.n; i++) {
		const struct watch_here *watch = &doctor->watches.list[i];
		if (watch->transport == DEVICE_TRANSPORT_NONE)
			findings_add(findings, FINDING_FAULT, "watch-mode",
				*watch->advice ? watch->advice : "copy its files into a folder",
				"%s cannot be read as it is plugged in now", watch->name);
	}
}

struct found_volume {
	char name[32];        /* "sda1"; "": none */
	char mount[PATH_MAX]; /* where; "": nowhere */
};

/* Where a block device of that number ("8:1") is mounted. */
static void find_mount(const char *number, struct found_volume *ret)
{
	char path[PATH_MAX], of_line[32];
	AUTO_FREE char *text = NULL;
	size_t size = 0;
	struct mount_line line;
	if (file_load(AT_FDCWD, machine_path("/proc/self/mountinfo", path), MOUNTS_MAX_BYTES, &text,
		    &size) < 0)
		return;
	for (char *at = text; mounts_next(&at, &line);) {
		(void)snprintf(of_line, sizeof of_line, "%u:%u", line.major, line.minor);
		if (strcmp(of_line, number) == 0)
			(void)snprintf(ret->mount, sizeof ret->mount, "%s", line.point);
	}
}

static bool read_line(const char *path, char *ret, size_t room)
{
	AUTO_FCLOSE FILE *file = fopen(path, "re");
	if (!file || !fgets(ret, (int)room, file))
		return false;
	ret[strcspn(ret, "\n")] = '\0';
	return true;
}

/* Whether /sys/class/block/NAME is a part of that USB device, by its link. */
static void look_at_block(
	const struct watch_here *watch, const char *name, struct found_volume *ret)
{
	char folder[PATH_MAX], link[PATH_MAX + 300], target[PATH_MAX], path[PATH_MAX + 320];
	char port[PATH_MAX], number[32];
	(void)snprintf(link, sizeof link, "%s/%s", machine_path("/sys/class/block", folder), name);
	ssize_t n = readlink(link, target, sizeof target - 1);
	if (n < 0)
		return;
	target[n] = '\0';
	(void)snprintf(port, sizeof port, "/%.4000s/", strrchr(watch->syspath, '/') + 1);
	(void)snprintf(path, sizeof path, "%s/dev", link);
	if (!strstr(target, port) || !read_line(path, number, sizeof number))
		return;
	/* a partition is what is mounted, if there is one: its name is the longer */
	if (strlen(name) > strlen(ret->name))
		(void)snprintf(ret->name, sizeof ret->name, "%.31s", name);
	find_mount(number, ret);
}

static void tell_volume(const struct doctor *doctor, const struct watch_here *watch,
	const struct found_volume *volume, struct findings *findings)
{
	char command[160];
	if (!*volume->name) {
		findings_add(findings, FINDING_FAULT, "watch-mount",
			"unplug it, wait a moment, plug it in again",
			"%s is a drive, but shows no volume", watch->name);
		return;
	}
	(void)snprintf(command, sizeof command,
		doctor->paths.system ? "sudo systemctl restart kneadd-volume@%s"
				     : "udisksctl mount -b /dev/%s",
		volume->name);
	if (!*volume->mount)
		findings_add(findings, FINDING_FAULT, "watch-mount", command,
			"%s is a drive (/dev/%s) that is not mounted", watch->name, volume->name);
	else if (doctor->has_person && !machine_may(&doctor->person, volume->mount, R_OK | X_OK))
		findings_add(findings, FINDING_FAULT, "watch-mount", command,
			"%s is mounted at %s, which kneadd has no right to read", watch->name,
			volume->mount);
}

void check_watch_is_mounted(const struct doctor *doctor, struct findings *findings)
{
	for (size_t i = 0; i < doctor->watches.n; i++) {
		const struct watch_here *watch = &doctor->watches.list[i];
		char folder[PATH_MAX];
		struct found_volume volume = { 0 };
		if (watch->transport != DEVICE_TRANSPORT_DRIVE)
			continue;
		DIR *dir = opendir(machine_path("/sys/class/block", folder));
		for (const struct dirent *entry; dir && (entry = readdir(dir));)
			look_at_block(watch, entry->d_name, &volume);
		if (dir)
			(void)closedir(dir);
		tell_volume(doctor, watch, &volume, findings);
	}
}

static const struct stored_watch *find_row(
	const struct stored_watch *rows, size_t n, const struct watch_here *watch)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].here && strcmp(rows[i].usb_id, watch->id) == 0 &&
			strcmp(rows[i].serial, watch->serial) == 0)
			return &rows[i];
	return NULL;
}

void check_watch_is_seen(const struct doctor *doctor, struct findings *findings)
{
	AUTO_FREE struct stored_watch *rows = NULL;
	size_t n = 0;
	char command[DOCTOR_COMMAND_BYTES];
	if (!doctor->store || store_list_watches(doctor->store, &rows, &n) < 0)
		return;
	for (size_t i = 0; i < n; i++)
		if (rows[i].here && *rows[i].trouble)
			findings_add(findings, FINDING_FAULT, "watch-seen",
				"unplug it, wait a moment, plug it in again", "%s: %s",
				rows[i].name, rows[i].trouble);
	for (size_t i = 0; i < doctor->watches.n && doctor->daemon_error == 0; i++)
		if (!find_row(rows, n, &doctor->watches.list[i]))
			findings_add(findings, FINDING_FAULT, "watch-seen",
				doctor_systemctl(doctor, "restart", command),
				"%s is plugged in, and kneadd has not noticed it",
				doctor->watches.list[i].name);
}
