/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rights of what is in the state directory, and what an import left there. */
#include "doctor/checks.h"

#include "base/cleanup.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define ENTRIES_MAX 20000u /* enough to see a pattern, and no more than a moment */

static void join(const char *folder, const char *name, char ret[PATH_MAX])
{
	(void)snprintf(ret, PATH_MAX, "%.*s/%s", PATH_MAX - 300, folder, name);
}

void check_store_is_private(const struct doctor *doctor, struct findings *findings)
{
	static const char *const names[] = { "knead.db", "archive", "spool" };
	char path[PATH_MAX], command[PATH_MAX + 32];
	bool open = false;
	/* a closed folder closes what is in it */
	for (size_t i = 0; i < ARRAY_SIZE(names) && !open; i++) {
		join(doctor->paths.state, names[i], path);
		open = machine_anybody_reads(path);
	}
	(void)snprintf(command, sizeof command, "%schmod o= %.4000s",
		doctor->paths.system ? "sudo " : "", doctor->paths.state);
	if (open)
		findings_add(findings, FINDING_FAULT, "store-modes", command,
			"every user of this machine can read the store in %s", doctor->paths.state);
}

/* The first thing in a folder that the daemon could not write; folders below it too, to a depth. */
static bool find_foreign(const struct machine_person *person, const char *folder, int depth,
	size_t *left, char ret[PATH_MAX])
{
	DIR *dir = opendir(folder);
	bool found = false;
	for (const struct dirent *entry; dir && !found && *left && (entry = readdir(dir));) {
		struct stat st;
		char path[PATH_MAX];
		if (entry->d_name[0] == '.')
			continue;
		(*left)--;
		join(folder, entry->d_name, path);
		if (lstat(path, &st) < 0 || (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
			continue;
		/* an original is only ever read */
		int want = S_ISDIR(st.st_mode) ? R_OK | W_OK | X_OK : depth ? R_OK | W_OK : R_OK;
		found = !machine_may(person, path, want);
		if (found)
			(void)snprintf(ret, PATH_MAX, "%s", path);
		else if (S_ISDIR(st.st_mode) && depth)
			found = find_foreign(person, path, depth - 1, left, ret);
	}
	if (dir)
		(void)closedir(dir);
	return found;
}

void check_store_is_writable(const struct doctor *doctor, struct findings *findings)
{
	char path[PATH_MAX], command[2 * PATH_MAX + 128];
	size_t left = ENTRIES_MAX;
	const char *state = doctor->paths.state;
	if (!doctor->has_person || access(state, R_OK | X_OK) < 0)
		return;
	bool closed = !machine_may(&doctor->person, state, R_OK | W_OK | X_OK);
	if (!closed && !find_foreign(&doctor->person, state, 2, &left, path))
		return;
	(void)snprintf(command, sizeof command,
		doctor->paths.system ? "sudo chown -R knead:knead %1$.4000s && sudo chmod -R "
				       "u+rwX,g+rwX %1$.4000s"
				     : "sudo chown -R $USER: %1$.4000s && chmod -R u+rwX %1$.4000s",
		state);
	findings_add(findings, FINDING_FAULT, "store-rights", command,
		"kneadd has no right to write %s", closed ? state : path);
}

void check_spool_is_empty(const struct doctor *doctor, struct findings *findings)
{
	char path[PATH_MAX], command[DOCTOR_COMMAND_BYTES];
	size_t n = 0;
	if (!doctor->store)
		return;
	/* while somebody imports, it is as full as it should be */
	AUTO_CLOSE int lock = store_lock_import(doctor->store, false);
	if (lock < 0)
		return;
	join(doctor->paths.state, "spool", path);
	DIR *dir = opendir(path);
	for (const struct dirent *entry; dir && (entry = readdir(dir));)
		n += entry->d_name[0] != '.' && !strchr(entry->d_name, '.');
	if (dir)
		(void)closedir(dir);
	if (n)
		findings_add(findings, FINDING_FAULT, "spool",
			doctor_systemctl(doctor, "restart", command),
			"%zu file%s from an import that was cut short wait%s in %s", n,
			n == 1 ? "" : "s", n == 1 ? "s" : "", path);
}
