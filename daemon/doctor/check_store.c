/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store itself, and the disk below it. */
#include "doctor/checks.h"

#include "base/cleanup.h"
#include "doctor/quote.h"
#include "store/backup.h"
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
	char command[QUOTED_BYTES + 64], state[QUOTED_BYTES];
	if (doctor->paths.system) {
		findings_add(findings, FINDING_UNUSABLE, "store",
			"sudo adduser $USER knead, then log in again",
			"no right to the store in %s", doctor->paths.state);
		return;
	}
	(void)snprintf(command, sizeof command, "sudo chown -R $USER: %1$s && chmod u+rwX %1$s",
		quote(doctor->paths.state, state));
	findings_add(findings, FINDING_UNUSABLE, "store", command, "no right to the store in %s",
		doctor->paths.state);
}

/* Whether kneadd has something to put back. */
static bool has_copies(const struct doctor *doctor)
{
	AUTO_FREE struct backup_name *copies = NULL;
	size_t n = 0;
	return backups_list(doctor->paths.state, &copies, &n) == 0 && n > 0;
}

/* No store, or one without a table: kneadd makes it, or puts a copy back. */
static void tell_no_store(const struct doctor *doctor, struct findings *findings)
{
	char command[DOCTOR_COMMAND_BYTES];
	bool lost = has_copies(doctor);
	findings_add(findings, lost ? FINDING_UNUSABLE : FINDING_FAULT, "store",
		doctor_systemctl(doctor, "restart", command),
		lost ? "the store in %s is gone; kneadd puts back its newest copy when it starts"
		     : "there is no store in %s yet",
		doctor->paths.state);
}

static void tell_damage(const struct doctor *doctor, struct findings *findings, const char *check)
{
	char command[6 * QUOTED_BYTES], start[DOCTOR_COMMAND_BYTES], stop[DOCTOR_COMMAND_BYTES];
	char state[QUOTED_BYTES];
	const char *sudo = doctor->paths.system ? "sudo " : "";
	(void)doctor_systemctl(doctor, "restart", start);
	if (has_copies(doctor)) {
		findings_add(findings, FINDING_UNUSABLE, check, start,
			"the store in %s is damaged; kneadd puts back its newest copy when it "
			"starts",
			doctor->paths.state);
		return;
	}
	(void)quote(doctor->paths.state, state);
	(void)snprintf(command, sizeof command,
		"%1$s; %2$smv %3$s/knead.db %3$s/knead.db.damaged; %2$srm -f %3$s/knead.db-wal "
		"%3$s/knead.db-shm; %4$s; knead import %3$s/archive",
		doctor_systemctl(doctor, "stop", stop), sudo, state, start);
	findings_add(findings, FINDING_UNUSABLE, check, command,
		"the store in %s is damaged, and there is no copy of it; begin anew from the "
		"originals",
		doctor->paths.state);
}

/* The file system that holds a path is read-only. */
static void tell_read_only(
	const struct doctor *doctor, struct findings *findings, const char *check)
{
	char command[QUOTED_BYTES + 96], state[QUOTED_BYTES];
	(void)snprintf(command, sizeof command,
		"sudo mount -o remount,rw \"$(findmnt -no TARGET --target %s)\"",
		quote(doctor->paths.state, state));
	findings_add(findings, FINDING_UNUSABLE, check, command,
		"the file system of %s is read-only; after an error of the disk it is so by itself "
		"(sudo dmesg says)",
		doctor->paths.state);
}

void check_store_opens(const struct doctor *doctor, struct findings *findings)
{
	char command[QUOTED_BYTES + 64], state[QUOTED_BYTES];
	(void)quote(doctor->paths.state, state);
	switch (doctor->store_error) {
	case 0:
		return;
	case -ENOENT:
		tell_no_store(doctor, findings);
		return;
	case -EACCES:
	case -EPERM:
		tell_no_right(doctor, findings);
		return;
	case -EUCLEAN:
		tell_damage(doctor, findings, "store");
		return;
	case -EPROTO:
		findings_add(findings, FINDING_UNUSABLE, "store",
			"sudo apt update && sudo apt install knead",
			"the store in %s was made by a newer Knead", doctor->paths.state);
		return;
	case -EROFS:
		tell_read_only(doctor, findings, "store");
		return;
	case -EBUSY:
		(void)snprintf(command, sizeof command,
			"end the other program: sudo fuser -v %s/knead.db", state);
		break;
	case -EBADFD:
		(void)doctor_systemctl(doctor, "restart", command);
		break;
	case -ENOSPC:
	case -EDQUOT:
		(void)snprintf(command, sizeof command, "free some space: df -h %s", state);
		break;
	default:
		(void)snprintf(command, sizeof command, "look at what is there: ls -la %s", state);
	}
	findings_add(findings, FINDING_UNUSABLE, "store", command, "%s", doctor->store_why);
}

void check_store_is_whole(const struct doctor *doctor, struct findings *findings)
{
	if (doctor->store && store_check(doctor->store, true) == -EUCLEAN)
		tell_damage(doctor, findings, "store-damage");
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
	char command[QUOTED_BYTES + 32], state[QUOTED_BYTES];
	if (statvfs(doctor->paths.state, &disk) < 0)
		return;
	uint64_t room = (uint64_t)disk.f_bavail * disk.f_frsize;
	(void)quote(doctor->paths.state, state);
	if (disk.f_flag & ST_RDONLY) {
		if (doctor->store_error != -EROFS)
			tell_read_only(doctor, findings, "disk");
	} else if (room < ROOM_LEAST_BYTES) {
		(void)snprintf(command, sizeof command, "free some space: df -h %s", state);
		findings_add(findings, FINDING_FAULT, "disk", command,
			"the disk of %s is nearly full: %llu MB left", doctor->paths.state,
			(unsigned long long)(room >> 20));
	} else if (disk.f_files && disk.f_favail < INODES_LEAST) {
		(void)snprintf(command, sizeof command, "remove some files: df -i %s", state);
		findings_add(findings, FINDING_FAULT, "disk", command,
			"the disk of %s has no room for more files: %llu left", doctor->paths.state,
			(unsigned long long)disk.f_favail);
	}
}
