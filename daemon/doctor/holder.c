/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "doctor/holder.h"

#include "base/cleanup.h"
#include "base/num.h"
#include "util/machine.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define OURS "kneadd" /* and kneadd-fetch */

static bool has_open(const char *folder, const char *node)
{
	bool found = false;
	DIR *dir = opendir(folder);
	for (const struct dirent *entry; dir && !found && (entry = readdir(dir));) {
		char link[PATH_MAX], target[PATH_MAX];
		if (snprintf(link, sizeof link, "%s/%s", folder, entry->d_name) >= (int)sizeof link)
			continue;
		ssize_t n = readlink(link, target, sizeof target - 1);
		if (n < 0)
			continue;
		target[n] = '\0';
		found = strcmp(target, node) == 0;
	}
	if (dir)
		(void)closedir(dir);
	return found;
}

static void read_name(const char *folder, struct holder *ret)
{
	char path[PATH_MAX];
	(void)snprintf(path, sizeof path, "%.4000s/comm", folder);
	AUTO_FCLOSE FILE *file = fopen(path, "re");
	(void)snprintf(ret->name, sizeof ret->name, "a program");
	if (file && fgets(ret->name, sizeof ret->name, file))
		ret->name[strcspn(ret->name, "\n")] = '\0';
}

bool holder_find(const char *node, struct holder *ret)
{
	char proc[PATH_MAX], folder[PATH_MAX], fds[PATH_MAX];
	DIR *dir = opendir(machine_path("/proc", proc));
	bool found = false;
	for (const struct dirent *entry; dir && !found && (entry = readdir(dir));) {
		int64_t pid = 0;
		if (num_int(entry->d_name, strlen(entry->d_name), 1, INT32_MAX, &pid) < 0)
			continue;
		if (snprintf(folder, sizeof folder, "%s/%s", proc, entry->d_name) >=
				(int)sizeof folder ||
			snprintf(fds, sizeof fds, "%.4000s/fd", folder) >= (int)sizeof fds)
			continue;
		if (!has_open(fds, node))
			continue;
		struct stat st;
		ret->pid = (pid_t)pid;
		ret->uid = stat(folder, &st) == 0 ? st.st_uid : (uid_t)-1;
		read_name(folder, ret);
		found = strncmp(ret->name, OURS, strlen(OURS)) != 0;
	}
	if (dir)
		(void)closedir(dir);
	return found;
}
