/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lies on other machines: locks and news do not reach as far. */
#include "doctor/checks.h"

#include "base/cleanup.h"
#include "conf/file.h"
#include "device/mounts.h"
#include "doctor/quote.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define MOUNTS_MAX_BYTES (1u << 20)
#define TYPE_BYTES 32u

static bool is_network(const char *type)
{
	static const char *const types[] = { "nfs", "nfs4", "cifs", "smb3", "9p", "afs", "ceph",
		"davfs", "fuse.sshfs", "fuse.rclone", "fuse.glusterfs", "fuse.davfs2",
		"fuse.s3fs" };
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (strcmp(types[i], type) == 0)
			return true;
	return false;
}

/* The kind of network file system that a path lies on. Nothing is asked of it, for it may not answer. Returns false
 * for one of this machine. */
static bool on_network(const char *path, char ret[TYPE_BYTES])
{
	char name[PATH_MAX];
	AUTO_FREE char *text = NULL;
	size_t size = 0, longest = 0;
	struct mount_line line;
	ret[0] = '\0';
	if (file_load(AT_FDCWD, machine_path("/proc/self/mountinfo", name), MOUNTS_MAX_BYTES, &text,
		    &size) < 0)
		return false;
	for (char *at = text; mounts_next(&at, &line);) {
		size_t n = strcmp(line.point, "/") == 0 ? 0 : strlen(line.point);
		/* of two at one point the later one is seen */
		if (n < longest || strncmp(path, line.point, n) != 0 || (path[n] && path[n] != '/'))
			continue;
		longest = n;
		(void)snprintf(ret, TYPE_BYTES, "%s", line.type);
	}
	return is_network(ret);
}

void check_store_is_near(const struct doctor *doctor, struct findings *findings)
{
	char type[TYPE_BYTES], command[QUOTED_BYTES + 160], path[QUOTED_BYTES];
	char stop[DOCTOR_COMMAND_BYTES];
	(void)snprintf(command, sizeof command,
		"%s, then move it to a disk of this machine and mount that at %s",
		doctor_systemctl(doctor, "stop", stop), quote(doctor->paths.state, path));
	if (on_network(doctor->paths.state, type))
		findings_add(findings, FINDING_FAULT, "store-place", command,
			"the store in %s lies on a network file system (%s), where its locks do "
			"not hold and it can be damaged",
			doctor->paths.state, type);
}

void check_folders_are_near(const struct doctor *doctor, struct findings *findings)
{
	for (size_t i = 0; doctor->conf && i < doctor->conf->folders_n; i++) {
		const struct conf_folder *folder = &doctor->conf->folders[i];
		char type[TYPE_BYTES], command[QUOTED_BYTES + 32], path[QUOTED_BYTES];
		(void)snprintf(
			command, sizeof command, "knead import %s", quote(folder->path, path));
		if (on_network(folder->path, type))
			findings_add(findings, FINDING_FAULT, "folder-place", command,
				"[folder %s]: %s lies on a network file system (%s); what another "
				"machine puts there is not noticed",
				folder->name, folder->path, type);
	}
}
