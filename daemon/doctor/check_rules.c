/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rights around the service: its user and group, udev and its rules. */
#include "doctor/checks.h"

#include "base/cleanup.h"
#include "conf/file.h"
#include "doctor/rules.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RULES_MAX_BYTES (1u << 20)

void check_accounts(const struct doctor *doctor, struct findings *findings)
{
	if (doctor->has_person)
		return;
	findings_add(findings, FINDING_FAULT, "accounts", "sudo systemd-sysusers",
		"the %s knead of the system service is missing",
		doctor->service.has_group ? "user" : "group");
}

static const char *user_name(void)
{
	const struct passwd *user = getpwuid(getuid());
	return user ? user->pw_name : "$USER";
}

/* Whoever may not use the store is told there; this is for those who would be stopped after a new login. */
void check_group_membership(const struct doctor *doctor, struct findings *findings)
{
	char command[160];
	bool root = geteuid() == 0;
	const char *user = root ? getenv("SUDO_USER") : user_name();
	if (!doctor->paths.system || !doctor->service.has_group || !user)
		return;
	bool listed = machine_service_has_member(user);
	bool member = !root && machine_is_member(doctor->service.gid);
	(void)snprintf(
		command, sizeof command, "sudo adduser %.64s knead, then log in again", user);
	if (!listed && !member)
		findings_add(findings, FINDING_FAULT, "group", command,
			"%s is not in the group knead and needs sudo for every command", user);
	else if (listed && !member && !root)
		findings_add(findings, FINDING_FAULT, "group",
			"log out and in again, or: newgrp knead",
			"%s is in the group knead, but this session began before that", user);
}

/* Whether a file of rules gives what is wanted of it, in a line that is no comment: both words, or the one. */
static bool says(const char *path, const char *word, const char *with)
{
	AUTO_FREE char *text = NULL;
	size_t size = 0;
	if (file_load(AT_FDCWD, path, RULES_MAX_BYTES, &text, &size) < 0)
		return false;
	char *at = text;
	for (char *line; (line = strsep(&at, "\n"));)
		if (line[strspn(line, " \t")] != '#' && strstr(line, word) &&
			(!with || strstr(line, with)))
			return true;
	return false;
}

/* The file of that name that udev reads: the first one wins. Returns the number of its folder; -1. */
static int find_rules(const char *rules, int first, char ret[RULES_PATH_BYTES])
{
	static const char *const folders[] = { "/etc/udev/rules.d/", "/run/udev/rules.d/",
		"/usr/local/lib/udev/rules.d/", "/usr/lib/udev/rules.d/", "/lib/udev/rules.d/" };
	for (int i = first; i < (int)ARRAY_SIZE(folders); i++) {
		char path[PATH_MAX];
		struct stat st;
		(void)snprintf(ret, RULES_PATH_BYTES, "%s%s", folders[i], rules);
		if (lstat(machine_path(ret, path), &st) == 0)
			return i;
	}
	return -1;
}

bool rules_are_hidden(char ret[RULES_PATH_BYTES])
{
	char other[RULES_PATH_BYTES];
	int first = find_rules("60-kneadd.rules", 0, ret);
	/* of a merged /usr the last two are one */
	return first >= 0 && first < 3 && find_rules("60-kneadd.rules", first + 1, other) >= 0;
}

static void check_rules(const char *rules, const char *word, const char *with, const char *what_for,
	struct findings *findings)
{
	char name[RULES_PATH_BYTES], path[PATH_MAX], command[DOCTOR_COMMAND_BYTES + 160];
	if (find_rules(rules, 0, name) >= 0) {
		(void)snprintf(command, sizeof command,
			"sudo rm %s && sudo udevadm control --reload && sudo udevadm trigger "
			"--action=change --subsystem-match=usb --subsystem-match=block",
			name);
		if (!says(machine_path(name, path), word, with))
			findings_add(findings, FINDING_FAULT, "udev-rules", command,
				"%s hides the rules that %s, and does not do so itself", name,
				what_for);
		return;
	}
	findings_add(findings, FINDING_FAULT, "udev-rules", DOCTOR_REINSTALL,
		"the udev rules that %s (%s) are not installed", what_for, rules);
}

void check_rules_installed(const struct doctor *doctor, struct findings *findings)
{
	check_rules("60-kneadd.rules", doctor->paths.system ? "GROUP" : "uaccess",
		doctor->paths.system ? "\"knead\"" : NULL, "let kneadd at a watch", findings);
	/* a user's service reads what the desktop mounts */
	if (doctor->paths.system)
		check_rules("90-kneadd-volume.rules", "kneadd-volume@", NULL,
			"mount a watch that is a drive", findings);
}

void check_udev_runs(const struct doctor *doctor, struct findings *findings)
{
	char path[PATH_MAX];
	(void)doctor;
	if (access(machine_path("/run/udev/control", path), F_OK) < 0 && errno == ENOENT)
		findings_add(findings, FINDING_FAULT, "udev", "sudo systemctl start systemd-udevd",
			"udev does not run, so that nobody notices a watch");
}
