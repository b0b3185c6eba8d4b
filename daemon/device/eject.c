/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/eject.h"

#include "base/cleanup.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>

#define UNIT_MOUNTS "/run/knead/volumes/"
#define UNIT_REQUESTS "/run/knead/eject/"

bool eject_is_of_unit(const struct volume *volume)
{
	return strncmp(volume->mount, UNIT_MOUNTS, strlen(UNIT_MOUNTS)) == 0;
}

/* A name of the kernel's, "sdb1", that can be part of a path and of a command. */
static bool is_plain(const char *name)
{
	for (const char *at = name; *at; at++)
		if (!isalnum((unsigned char)*at))
			return false;
	return *name != '\0';
}

static int ask_unit(const struct volume *volume)
{
	char path[sizeof UNIT_REQUESTS + VOLUME_NAME_BYTES];
	(void)snprintf(path, sizeof path, UNIT_REQUESTS "%s", volume->name);
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
	return fd < 0 && errno != EEXIST ? -errno : 0; /* it may have been asked already */
}

static int ask_desktop(const struct volume *volume, pid_t *ret_pid)
{
	char node[sizeof "/dev/" + VOLUME_NAME_BYTES];
	char program[] = "udisksctl", verb[] = "unmount", option[] = "--block-device",
	     quiet[] = "--no-user-interaction";
	char *arguments[] = { program, verb, option, node, quiet, NULL };
	(void)snprintf(node, sizeof node, "/dev/%s", volume->name);
	posix_spawn_file_actions_t actions;
	(void)posix_spawn_file_actions_init(&actions); /* fails for want of memory only */
	int r = 0;
	for (int fd = STDIN_FILENO; r == 0 && fd <= STDERR_FILENO; fd++)
		r = posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
	if (r == 0)
		r = posix_spawnp(ret_pid, program, &actions, NULL, arguments, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	return -r;
}

int eject_ask(const struct volume *volume, pid_t *ret_pid)
{
	*ret_pid = -1;
	if (!is_plain(volume->name))
		return -EINVAL;
	return eject_is_of_unit(volume) ? ask_unit(volume) : ask_desktop(volume, ret_pid);
}
