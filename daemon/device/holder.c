/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/holder.h"

#include "base/cleanup.h"
#include "base/num.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static void closedirp(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

/* A descriptor whose name looks like a node of USB is asked which file it is; no other, for asking may hang. */
static bool is_node(int folder_fd, const char *name, const struct stat *node)
{
	char target[PATH_MAX];
	struct stat st;
	ssize_t n = readlinkat(folder_fd, name, target, sizeof target - 1);
	target[n > 0 ? n : 0] = '\0';
	return strstr(target, "/bus/usb/") && fstatat(folder_fd, name, &st, 0) == 0 &&
	       st.st_dev == node->st_dev && st.st_ino == node->st_ino;
}

static bool holds(int pid, const struct stat *node)
{
	char path[64];
	(void)snprintf(path, sizeof path, "/proc/%d/fd", pid);
	CLEANUP(closedirp) DIR *dir = opendir(path);
	for (const struct dirent *entry; dir && (entry = readdir(dir));)
		if (entry->d_name[0] != '.' && is_node(dirfd(dir), entry->d_name, node))
			return true;
	return false;
}

static void read_name(int pid, char ret[HOLDER_NAME_BYTES])
{
	char path[64];
	(void)snprintf(path, sizeof path, "/proc/%d/comm", pid);
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, ret, HOLDER_NAME_BYTES - 1);
	ret[n > 0 ? n : 0] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
	for (char *at = ret; *at; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
}

bool holder_find(const char *node, struct holder *ret)
{
	struct stat st;
	CLEANUP(closedirp) DIR *dir = stat(node, &st) == 0 ? opendir("/proc") : NULL;
	for (const struct dirent *entry; dir && (entry = readdir(dir));) {
		int64_t pid = 0;
		if (num_int(entry->d_name, strlen(entry->d_name), 1, INT_MAX, &pid) < 0 ||
			pid == getpid() || !holds((int)pid, &st))
			continue;
		ret->pid = (int)pid;
		read_name((int)pid, ret->name);
		return true;
	}
	return false;
}

void holder_advice(const struct holder *holder, char *ret, size_t room)
{
	/* in the words of those programs */
	static const struct {
		const char *name, *remedy;
	} known[] = {
		{ "gvfsd-mtp", "eject the watch in the file manager, or: gio mount -s mtp" },
		{ "gvfsd-gphoto2",
			"eject the watch in the file manager, or: gio mount -s gphoto2" },
		{ "kiod5", "eject the watch in the file manager" },
		{ "kiod6", "eject the watch in the file manager" },
		{ "jmtpfs", "unmount its folder: fusermount -u FOLDER" },
		{ "simple-mtpfs", "unmount its folder: fusermount -u FOLDER" },
		{ "mtpfs", "unmount its folder: fusermount -u FOLDER" },
		{ "adb", "adb kill-server" },
	};
	const char *remedy = "end it";
	if (!holder) {
		(void)snprintf(ret, room,
			"another program holds it, most likely a file manager: eject the watch "
			"there, or: gio mount -s mtp; it is tried again each minute");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (strcmp(known[i].name, holder->name) == 0)
			remedy = known[i].remedy;
	(void)snprintf(ret, room, "%s (process %d) holds it: %s; it is tried again each minute",
		holder->name, holder->pid, remedy);
}
