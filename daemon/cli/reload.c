/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/reload.h"

#include "store/store.h"

#include <signal.h>
#include <stdio.h>

bool reload_daemon(const struct conf_paths *paths)
{
	pid_t daemon = 0;
	int r = store_find_daemon(paths->state, &daemon);
	/* what `systemctl reload` does, for daemons that systemd does not know, too */
	if (r < 0 || (daemon > 1 && kill(daemon, SIGHUP) == 0))
		return true;
	(void)printf("kneadd has to read the settings again: %s\n",
		paths->system ? "sudo systemctl reload kneadd" : "systemctl --user reload kneadd");
	return false;
}
