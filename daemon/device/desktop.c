/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/desktop.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SERIAL_LEAST 4u /* shorter ones would be found in anything */

bool desktop_find(const char *serial, char *ret, size_t room)
{
	char mounts[PATH_MAX];
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	if (!runtime || *runtime != '/' || strlen(serial) < SERIAL_LEAST || strchr(serial, '/') ||
		snprintf(mounts, sizeof mounts, "%s/gvfs", runtime) >= (int)sizeof mounts)
		return false;
	DIR *dir = opendir(mounts);
	if (!dir)
		return false;
	bool found = false;
	/* "mtp:host=Garmin_Forerunner_965_0000cbf0a1b2", "mtp:host=091e_50db_0000cbf0a1b2" */
	for (const struct dirent *entry; !found && (entry = readdir(dir));)
		found = strncmp(entry->d_name, "mtp:host=", 9) == 0 &&
			strstr(entry->d_name + 9, serial) &&
			snprintf(ret, room, "%s/%s", mounts, entry->d_name) < (int)room;
	(void)closedir(dir);
	return found;
}
