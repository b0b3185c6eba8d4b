/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folders that are followed. */
#include "doctor/checks.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

static bool is_below(const char *path, const char *folder)
{
	size_t size = strlen(folder);
	return strncmp(path, folder, size) == 0 && (path[size] == '/' || !path[size]);
}

/* As long as this user may have more watches, the daemon of the same user may, too. */
static bool can_follow(const char *path)
{
	AUTO_CLOSE int fd = inotify_init1(IN_CLOEXEC);
	if (fd < 0)
		return errno != EMFILE;
	return inotify_add_watch(fd, path, IN_CLOSE_WRITE) >= 0 || errno != ENOSPC;
}

static void check_folder(
	const struct doctor *doctor, const struct conf_folder *folder, struct findings *findings)
{
	struct stat st;
	const char *path = folder->path;
	char command[PATH_MAX * 2 + 96];
	(void)snprintf(command, sizeof command, "mkdir -p %.4000s", path);
	if (stat(path, &st) < 0 && errno == ENOENT)
		findings_add(findings, FINDING_FAULT, "folders", command,
			"[folder %s]: %s does not exist", folder->name, path);
	else if (errno != EACCES && stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		findings_add(findings, FINDING_FAULT, "folders",
			"change path in the settings, then: knead config check",
			"[folder %s]: %s is no folder", folder->name, path);
	else if (doctor->has_person && !machine_may(&doctor->person, path, R_OK | X_OK)) {
		(void)snprintf(command, sizeof command,
			doctor->paths.system
				? "sudo setfacl -R -m u:knead:rX %1$.4000s (and u:knead:x "
				  "on the folders above it)"
				: "sudo chown -R $USER: %1$.4000s && chmod u+rx %1$.4000s",
			path);
		findings_add(findings, FINDING_FAULT, "folders", command,
			"[folder %s]: kneadd has no right to read %s", folder->name, path);
	} else if (doctor->paths.system && (is_below(path, "/tmp") || is_below(path, "/var/tmp")))
		findings_add(findings, FINDING_FAULT, "folders",
			"choose a folder elsewhere, such as /srv/sync",
			"[folder %s]: the system service has a /tmp of its own and cannot see %s",
			folder->name, path);
	else if (!can_follow(path))
		findings_add(findings, FINDING_FAULT, "folders",
			"sudo sysctl fs.inotify.max_user_watches=524288 "
			"fs.inotify.max_user_instances=512",
			"[folder %s]: this machine allows no more folders to be followed",
			folder->name);
}

void check_folders_can_be_followed(const struct doctor *doctor, struct findings *findings)
{
	for (size_t i = 0; doctor->conf && i < doctor->conf->folders_n; i++)
		check_folder(doctor, &doctor->conf->folders[i], findings);
}
