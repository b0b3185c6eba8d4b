/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/setup_place.h"

#include "base/cleanup.h"
#include "cli/shown.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SYSTEM_STATE "/var/lib/knead"

static bool find_system(struct setup_place *ret)
{
	CLEANUP(conf_paths_done) struct conf_paths paths = { 0 };
	(void)machine_path(SYSTEM_STATE, ret->state);
	(void)snprintf(
		ret->owner, sizeof ret->owner, "%s:%s", MACHINE_SERVICE_NAME, MACHINE_SERVICE_NAME);
	if (conf_paths_find(ret->state, NULL, &paths) < 0)
		return false;
	(void)snprintf(ret->config, sizeof ret->config, "%s", paths.config);
	return true;
}

bool setup_place_find(const struct setup *setup, bool system, struct setup_place *ret)
{
	*ret = (struct setup_place) { .system = system };
	if (system)
		return find_system(ret);
	const char *home = getenv("HOME");
	const struct passwd *user = setup->root ? getpwnam(setup->person) : NULL;
	if (user)
		home = user->pw_dir;
	(void)snprintf(ret->owner, sizeof ret->owner, "%.150s:", setup->person);
	/* the store is where its unit names it */
	return home && *home == '/' &&
	       snprintf(ret->state, sizeof ret->state, "%s/.local/state/knead", home) < PATH_MAX &&
	       snprintf(ret->config, sizeof ret->config, "%s/.config/knead/kneadd.conf", home) <
		       PATH_MAX;
}

bool setup_put_aside(const char *path)
{
	char aside[PATH_MAX + 16];
	(void)snprintf(aside, sizeof aside, "%s.moved", path);
	return access(path, F_OK) < 0 || SHOWN("mv", "-T", "--backup=numbered", path, aside) == 0;
}

bool setup_make_folder(const struct setup *setup, const char *folder)
{
	return setup->root ? SHOWN("runuser", "-u", setup->person, "--", "mkdir", "-p", folder) == 0
			   : SHOWN("mkdir", "-p", folder) == 0;
}
