/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rights of what is in the state directory, and what an import left there. */
#include "doctor/checks.h"

#include "base/cleanup.h"
#include "doctor/quote.h"
#include "store/spool.h"
#include "store/store_export.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#define ENTRIES_MAX 20000u /* enough to see a pattern, and no more than a moment */

static void join(const char *folder, const char *name, char ret[PATH_MAX])
{
	(void)snprintf(ret, PATH_MAX, "%.*s/%s", PATH_MAX - 300, folder, name);
}

void check_store_is_private(const struct doctor *doctor, struct findings *findings)
{
	static const char *const names[] = { "knead.db", "archive", "spool" };
	char path[PATH_MAX], command[QUOTED_BYTES + 32], state[QUOTED_BYTES];
	bool open = false;
	/* a closed folder closes what is in it */
	for (size_t i = 0; i < ARRAY_SIZE(names) && !open; i++) {
		join(doctor->paths.state, names[i], path);
		open = machine_anybody_reads(path);
	}
	(void)snprintf(command, sizeof command, "%schmod o= %s",
		doctor->paths.system ? "sudo " : "", quote(doctor->paths.state, state));
	if (open)
		findings_add(findings, FINDING_FAULT, "store-modes", command,
			"every user of this machine can read the store in %s", doctor->paths.state);
}

/* What Knead makes it opens only as what it made: a link in its place is not followed. */
void check_store_layout(const struct doctor *doctor, struct findings *findings)
{
	static const struct {
		const char *name;
		bool folder, follows;
	} parts[] = { { "knead.db", false, true }, { "archive", true, false },
		{ "spool", true, false }, { "backup", true, false }, { "watches", true, false },
		{ "feed", true, false }, { "nudge", false, false }, { "import.lock", false, false },
		{ "feed.lock", false, false }, { "daemon.lock", false, false } };
	const char *sudo = doctor->paths.system ? "sudo " : "";
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		struct stat st, target;
		char path[PATH_MAX], command[8 * QUOTED_BYTES], quoted[QUOTED_BYTES];
		join(doctor->paths.state, parts[i].name, path);
		if (lstat(path, &st) < 0 ||
			(parts[i].folder ? S_ISDIR(st.st_mode) : S_ISREG(st.st_mode)) ||
			(parts[i].follows && stat(path, &target) == 0 && S_ISREG(target.st_mode)))
			continue;
		(void)quote(path, quoted);
		if (S_ISLNK(st.st_mode) && parts[i].folder)
			(void)snprintf(command, sizeof command,
				"%1$smv %2$s %2$s.link && %1$smkdir %2$s && sudo mount --bind "
				"\"$(readlink -f %2$s.link)\" %2$s, and that in /etc/fstab",
				sudo, quoted);
		else
			(void)snprintf(
				command, sizeof command, "%1$smv %2$s %2$s.odd", sudo, quoted);
		findings_add(findings, FINDING_FAULT, "store-layout", command,
			"%s is %s, and Knead opens only a %s of its own there", path,
			S_ISLNK(st.st_mode) ? "a symbolic link" : "something else",
			parts[i].folder ? "folder" : "file");
	}
}

struct originals {
	const char *state;
	size_t missing;
};

static int look_at_original(const struct export_file *file, void *userdata)
{
	struct originals *originals = userdata;
	struct stat st;
	AUTO_CLOSE int fd = archive_open(originals->state, file->hash);
	originals->missing += fd == -ENOENT || (fd >= 0 && fstat(fd, &st) == 0 && !st.st_size);
	return 0;
}

void check_originals_are_there(const struct doctor *doctor, struct findings *findings)
{
	struct originals originals = { .state = doctor->paths.state };
	char command[QUOTED_BYTES + 96], state[QUOTED_BYTES];
	if (!doctor->store || store_export_files(doctor->store, look_at_original, &originals) < 0 ||
		!originals.missing)
		return;
	(void)snprintf(command, sizeof command,
		"put them back into %s/archive from a copy of yours; nothing else needs them but "
		"knead recompute",
		quote(doctor->paths.state, state));
	findings_add(findings, FINDING_FAULT, "originals", command,
		"%zu original%s in %s/archive %s gone or empty", originals.missing,
		originals.missing == 1 ? "" : "s", doctor->paths.state,
		originals.missing == 1 ? "is" : "are");
}

struct foreign {
	const struct machine_person *person;
	gid_t group; /* that folders hand down; (gid_t)-1: none */
	size_t left; /* that are looked at */
	/* what was found, and what is wrong with it */
	char path[PATH_MAX];
	const char *what;
};

static bool is_foreign(struct foreign *foreign, const char *path, const struct stat *st, int depth)
{
	/* an original is only ever read */
	bool folder = S_ISDIR(st->st_mode);
	int want = folder ? R_OK | W_OK | X_OK : depth ? R_OK | W_OK : R_OK;
	if (!folder && !S_ISREG(st->st_mode))
		return false;
	foreign->what = NULL;
	if (!machine_may(foreign->person, path, want))
		foreign->what = "kneadd has no right to write";
	else if (folder && foreign->group != (gid_t)-1 &&
		 (st->st_gid != foreign->group || !(st->st_mode & S_ISGID)))
		foreign->what = "kneadd could not write what others of its group put into";
	if (foreign->what)
		(void)snprintf(foreign->path, PATH_MAX, "%s", path);
	return foreign->what != NULL;
}

/* The first thing in a folder that the daemon could not write; folders below it too, to a depth. */
static bool find_foreign(struct foreign *foreign, const char *folder, int depth)
{
	DIR *dir = opendir(folder);
	bool found = false;
	for (const struct dirent *entry;
		dir && !found && foreign->left && (entry = readdir(dir));) {
		struct stat st;
		char path[PATH_MAX];
		if (entry->d_name[0] == '.')
			continue;
		foreign->left--;
		join(folder, entry->d_name, path);
		if (lstat(path, &st) < 0)
			continue;
		found = is_foreign(foreign, path, &st, depth) ||
			(S_ISDIR(st.st_mode) && depth && find_foreign(foreign, path, depth - 1));
	}
	if (dir)
		(void)closedir(dir);
	return found;
}

void check_store_is_writable(const struct doctor *doctor, struct findings *findings)
{
	char command[3 * QUOTED_BYTES + 128], quoted[QUOTED_BYTES];
	const char *state = doctor->paths.state;
	struct foreign foreign = {
		.person = &doctor->person, .group = (gid_t)-1, .left = ENTRIES_MAX
	};
	struct stat st;
	struct statvfs disk;
	if (!doctor->has_person || access(state, R_OK | X_OK) < 0 || stat(state, &st) < 0)
		return;
	if (statvfs(state, &disk) == 0 && (disk.f_flag & ST_RDONLY)) /* that is another fault */
		return;
	if (doctor->paths.system)
		foreign.group = st.st_gid;
	if (!is_foreign(&foreign, state, &st, 1) && !find_foreign(&foreign, state, 2))
		return;
	(void)snprintf(command, sizeof command,
		doctor->paths.system
			? "sudo chown -R knead:knead %1$s && sudo chmod -R u+rwX,g+rwX %1$s && "
			  "sudo find %1$s -type d -exec chmod g+s {} +"
			: "sudo chown -R $USER: %1$s && chmod -R u+rwX %1$s",
		quote(state, quoted));
	findings_add(findings, FINDING_FAULT, "store-rights", command, "%s %s", foreign.what,
		foreign.path);
}

/* Names of contents are what an import goes on with; anything else was put there by somebody. */
static void count_spooled(const char *path, size_t *ret_waiting, size_t *ret_odd)
{
	DIR *dir = opendir(path);
	for (const struct dirent *entry; dir && (entry = readdir(dir));) {
		uint8_t hash[HASH_BYTES];
		if (hash_from_hex(entry->d_name, hash))
			++*ret_waiting;
		else if (entry->d_name[0] != '.' && !strstr(entry->d_name, ".from") &&
			 !strstr(entry->d_name, ".part"))
			++*ret_odd;
	}
	if (dir)
		(void)closedir(dir);
}

void check_spool_is_empty(const struct doctor *doctor, struct findings *findings)
{
	char path[PATH_MAX], command[QUOTED_BYTES + 128], quoted[QUOTED_BYTES];
	size_t n = 0, odd = 0;
	if (!doctor->store)
		return;
	/* while somebody imports, it is as full as it should be */
	AUTO_CLOSE int lock = store_lock_import(doctor->store, false);
	if (lock < 0)
		return;
	join(doctor->paths.state, "spool", path);
	count_spooled(path, &n, &odd);
	if (n)
		findings_add(findings, FINDING_FAULT, "spool",
			doctor_systemctl(doctor, "restart", command),
			"%zu file%s from an import that was cut short wait%s in %s", n,
			n == 1 ? "" : "s", n == 1 ? "s" : "", path);
	(void)snprintf(command, sizeof command, "%sfind %s -mindepth 1 ! -name '.*' -delete",
		doctor->paths.system ? "sudo " : "", quote(path, quoted));
	if (odd)
		findings_add(findings, FINDING_FAULT, "spool", command,
			"%zu thing%s in %s %s not Knead's", odd, odd == 1 ? "" : "s", path,
			odd == 1 ? "is" : "are");
}
