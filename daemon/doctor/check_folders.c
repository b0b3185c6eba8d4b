/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folders that are followed, and the one in which originals are placed. */
#include "doctor/checks.h"

#include "base/cleanup.h"
#include "doctor/bounded.h"
#include "doctor/quote.h"
#include "store/store_feed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#define LOOK_MS 5000u /* a share whose server is gone never answers */

enum look { LOOK_GOOD, LOOK_MISSING, LOOK_NO_FOLDER, LOOK_NO_RIGHT, LOOK_NO_ROOM };

struct looked_at {
	const struct doctor *doctor;
	const char *path, *check;
	int want;
	bool follow;
};

/* As long as this user may have more watches, the daemon of the same user may, too. */
static bool can_follow(const char *path)
{
	AUTO_CLOSE int fd = inotify_init1(IN_CLOEXEC);
	if (fd < 0)
		return errno != EMFILE;
	return inotify_add_watch(fd, path, IN_CLOSE_WRITE) >= 0 || errno != ENOSPC;
}

static int look(const void *of)
{
	const struct looked_at *at = of;
	struct stat st;
	int r = stat(at->path, &st) < 0 ? -errno : 0;
	if (r == -ENOENT || r == -ENOTDIR || r == -ELOOP)
		return LOOK_MISSING;
	if (r == 0 && !S_ISDIR(st.st_mode))
		return LOOK_NO_FOLDER;
	if (at->doctor->has_person && !machine_may(&at->doctor->person, at->path, at->want))
		return LOOK_NO_RIGHT;
	return r == 0 && at->follow && !can_follow(at->path) ? LOOK_NO_ROOM : LOOK_GOOD;
}

static bool is_below(const char *path, const char *folder)
{
	size_t size = strlen(folder);
	return strncmp(path, folder, size) == 0 && (path[size] == '/' || !path[size]);
}

/* The folder with everything in it, now and later, and the way to it. */
static void let_in(const struct looked_at *at, char *ret, size_t room)
{
	char above[PATH_MAX], word[QUOTED_BYTES];
	size_t size = (size_t)snprintf(ret, room, "%ssudo setfacl -R -m u:knead:rX,d:u:knead:rX %s",
		access("/usr/bin/setfacl", X_OK) == 0 ? "" : "sudo apt install acl && ",
		quote(at->path, word));
	(void)snprintf(above, sizeof above, "%s", at->path);
	for (char *slash; (slash = strrchr(above, '/')) && slash > above;) {
		*slash = '\0';
		if (!machine_may(&at->doctor->person, above, X_OK) && size < room)
			size += (size_t)snprintf(ret + size, room - size,
				" && sudo setfacl -m u:knead:x %s", quote(above, word));
	}
}

/* In words for any folder; true when that was all there is to say. */
static bool tell(
	const struct looked_at *at, int looked, const char *name, struct findings *findings)
{
	char command[2 * QUOTED_BYTES + 160], path[QUOTED_BYTES];
	char restart[DOCTOR_COMMAND_BYTES];
	bool system = at->doctor->paths.system, feed = at->want & W_OK;
	(void)doctor_systemctl(at->doctor, "restart", restart);
	(void)quote(at->path, path);
	switch (looked) {
	case LOOK_MISSING:
		(void)snprintf(command, sizeof command, "%s %s%s%s",
			feed && system ? "sudo install -d -g knead -m 2775"
			: system       ? "sudo mkdir -p"
				       : "mkdir -p",
			path, feed ? " && " : "", feed ? restart : "");
		findings_add(findings, FINDING_FAULT, at->check, command, "%s: %s does not exist",
			name, at->path);
		return true;
	case LOOK_NO_FOLDER:
		findings_add(findings, FINDING_FAULT, at->check,
			"change path in the settings, then: knead config check",
			"%s: %s is no folder", name, at->path);
		return true;
	case LOOK_NO_RIGHT:
		if (at->want & W_OK)
			(void)snprintf(command, sizeof command,
				system ? "sudo chgrp knead %1$s && sudo chmod 2775 %1$s && %2$s"
				       : "sudo chown $USER: %1$s && chmod u+rwx %1$s && %2$s",
				path, restart);
		else if (system)
			let_in(at, command, sizeof command);
		else
			(void)snprintf(command, sizeof command,
				"sudo chown -R $USER: %1$s && chmod u+rx %1$s", path);
		findings_add(findings, FINDING_FAULT, at->check, command,
			"%s: kneadd has no right to %s %s", name,
			at->want & W_OK ? "write" : "read", at->path);
		return true;
	case LOOK_NO_ROOM:
		findings_add(findings, FINDING_FAULT, at->check,
			"sudo sysctl fs.inotify.max_user_watches=524288 "
			"fs.inotify.max_user_instances=512",
			"%s: this machine allows no more folders to be followed", name);
		return true;
	case -ETIME:
		(void)snprintf(
			command, sizeof command, "sudo umount -l %s, then mount it again", path);
		findings_add(findings, FINDING_FAULT, at->check, command,
			"%s: %s does not answer; is the other machine that holds it there?", name,
			at->path);
		return true;
	default:
		return false;
	}
}

static void check_folder(
	const struct doctor *doctor, const struct conf_folder *folder, struct findings *findings)
{
	const char *path = folder->path;
	const struct looked_at at = { .doctor = doctor,
		.path = path,
		.check = "folders",
		.want = R_OK | X_OK,
		.follow = true };
	char name[CONF_NAME_MAX + 16];
	(void)snprintf(name, sizeof name, "[folder %s]", folder->name);
	int looked = bounded_ask(look, &at, LOOK_MS);
	bool hidden =
		doctor->paths.system && (is_below(path, "/tmp") || is_below(path, "/var/tmp"));
	if ((looked == LOOK_GOOD || looked == LOOK_NO_ROOM) && hidden)
		findings_add(findings, FINDING_FAULT, "folders",
			"choose a folder elsewhere, such as /srv/sync",
			"%s: the system service has a /tmp of its own and cannot see %s", name,
			path);
	else
		(void)tell(&at, looked, name, findings);
}

void check_folders_can_be_followed(const struct doctor *doctor, struct findings *findings)
{
	for (size_t i = 0; doctor->conf && i < doctor->conf->folders_n; i++)
		check_folder(doctor, &doctor->conf->folders[i], findings);
}

/* "ReadWritePaths=-/srv/a /srv/b" of a unit's text: whether one of them holds the folder. */
static bool is_given(const char *text, const char *folder)
{
	static const char setting[] = "\nReadWritePaths=";
	for (const char *at = text; (at = strstr(at, setting));) {
		at += sizeof setting - 1;
		for (size_t size; *at && *at != '\n'; at += size + strspn(at + size, " ")) {
			char word[PATH_MAX];
			size = strcspn(at, " \n");
			(void)snprintf(word, sizeof word, "%.*s", (int)size, at);
			if (is_below(folder, word + strspn(word, "-+")))
				return true;
		}
	}
	return false;
}

/* Returns whether the unit lets the daemon write there. */
static bool feed_is_given(
	const struct doctor *doctor, const char *folder, struct findings *findings)
{
	char text[UNIT_TEXT_BYTES], command[2 * QUOTED_BYTES + 160], path[QUOTED_BYTES];
	if (!doctor->paths.system || !*unit_text(false, text) ||
		!strstr(text, "\nProtectSystem=") || is_given(text, folder))
		return true;
	(void)snprintf(command, sizeof command,
		"sudo systemctl edit kneadd, and there: [Service] and the lines "
		"ReadWritePaths=%1$s "
		"and NoExecPaths=%1$s; then: sudo systemctl restart kneadd",
		quote(folder, path));
	findings_add(findings, FINDING_FAULT, "feed", command,
		"[feed]: the unit of kneadd does not let it write to %s", folder);
	return false;
}

void check_feed_is_open(const struct doctor *doctor, struct findings *findings)
{
	char command[DOCTOR_COMMAND_BYTES];
	const char *folder = doctor->conf ? doctor->conf->feed.folder : NULL;
	AUTO_FREE char *trouble = NULL;
	if (!folder)
		return;
	const struct looked_at at = {
		.doctor = doctor, .path = folder, .check = "feed", .want = R_OK | W_OK | X_OK
	};
	if (tell(&at, bounded_ask(look, &at, LOOK_MS), "[feed]", findings) ||
		!feed_is_given(doctor, folder, findings) || !doctor->store ||
		store_get_fact(doctor->store, FEED_FACT_TROUBLE, &trouble) < 0 || !trouble ||
		!*trouble)
		return;
	/* mended meanwhile: at its start it goes on */
	findings_add(findings, FINDING_FAULT, "feed", doctor_systemctl(doctor, "restart", command),
		"[feed]: %s", trouble);
}
