/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store itself, and the disk below it. */
#include "doctor/checks.h"

#include "base/cleanup.h"
#include "store/store_query.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#define ROOM_LEAST_BYTES (UINT64_C(256) << 20)
#define INODES_LEAST 1000u

static void tell_no_right(const struct doctor *doctor, struct findings *findings)
{
	char command[PATH_MAX + 64];
	if (doctor->paths.system) {
		findings_add(findings, FINDING_UNUSABLE, "store",
			"sudo adduser $USER knead, then log in again",
			"no right to the store in %s", doctor->paths.state);
		return;
	}
	(void)snprintf(
		command, sizeof command, "sudo chown -R $USER: %.4000s", doctor->paths.state);
	findings_add(findings, FINDING_UNUSABLE, "store", command, "no right to the store in %s",
		doctor->paths.state);
}

void check_store_opens(const struct doctor *doctor, struct findings *findings)
{
	char command[DOCTOR_COMMAND_BYTES];
	switch (doctor->store_error) {
	case 0:
		return;
	case -ENOENT:
		findings_add(findings, FINDING_FAULT, "store",
			doctor_systemctl(doctor, "restart", command), "there is no store in %s yet",
			doctor->paths.state);
		return;
	case -EACCES:
	case -EPERM:
		tell_no_right(doctor, findings);
		return;
	case -EUCLEAN:
		findings_add(findings, FINDING_UNUSABLE, "store",
			doctor_systemctl(doctor, "restart", command),
			"the store in %s is damaged; kneadd puts back its newest copy when it "
			"starts",
			doctor->paths.state);
		return;
	case -EPROTO:
		findings_add(findings, FINDING_UNUSABLE, "store",
			"sudo apt update && sudo apt install knead",
			"the store in %s was made by a newer Knead", doctor->paths.state);
		return;
	case -EROFS:
		findings_add(findings, FINDING_UNUSABLE, "store", "sudo mount -o remount,rw MOUNT",
			"the store in %s cannot be written: its file system is read-only",
			doctor->paths.state);
		return;
	default:
		findings_add(findings, FINDING_UNUSABLE, "store", "knead status says more", "%s",
			doctor->store_why);
	}
}

void check_store_is_whole(const struct doctor *doctor, struct findings *findings)
{
	char command[DOCTOR_COMMAND_BYTES];
	if (doctor->store && store_check(doctor->store, true) == -EUCLEAN)
		findings_add(findings, FINDING_UNUSABLE, "store-damage",
			doctor_systemctl(doctor, "restart", command),
			"the store in %s is damaged within; kneadd puts back its newest copy when "
			"it "
			"starts",
			doctor->paths.state);
}

void check_refused_files(const struct doctor *doctor, struct findings *findings)
{
	struct refused_file *files = NULL;
	size_t n = 0;
	if (!doctor->store || store_list_refused(doctor->store, &files, &n) < 0)
		return;
	if (n)
		findings_add(findings, FINDING_FAULT, "refused",
			"knead status names them; copy them from the watch again",
			"%zu file%s "
			"could not be read and %s left out",
			n, n == 1 ? "" : "s", n == 1 ? "is" : "are");
	refused_free(files, n);
}

void check_disk_has_room(const struct doctor *doctor, struct findings *findings)
{
	struct statvfs disk;
	char command[PATH_MAX + 16];
	if (statvfs(doctor->paths.state, &disk) < 0)
		return;
	uint64_t room = (uint64_t)disk.f_bavail * disk.f_frsize;
	(void)snprintf(
		command, sizeof command, "free some space: df -h %.4000s", doctor->paths.state);
	if (disk.f_flag & ST_RDONLY)
		findings_add(findings, FINDING_UNUSABLE, "disk", "sudo mount -o remount,rw MOUNT",
			"the file system of %s is read-only", doctor->paths.state);
	else if (room < ROOM_LEAST_BYTES)
		findings_add(findings, FINDING_FAULT, "disk", command,
			"the disk of %s is nearly full: %llu MB left", doctor->paths.state,
			(unsigned long long)(room >> 20));
	else if (disk.f_files && disk.f_favail < INODES_LEAST)
		findings_add(findings, FINDING_FAULT, "disk", command,
			"the disk of %s has no room for more files: %llu left", doctor->paths.state,
			(unsigned long long)disk.f_favail);
}
