/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/setup_move.h"

#include "base/cleanup.h"
#include "cli/say.h"
#include "cli/setup_settings.h"
#include "cli/shown.h"
#include "store/store_query.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* Whether there is something in a store that would be missed. What cannot be opened counts. */
static bool is_worth(const char *state)
{
	struct store *store = NULL;
	char why[STORE_WHY_BYTES], path[PATH_MAX];
	size_t n = 0;
	(void)snprintf(path, sizeof path, "%.4000s/knead.db", state);
	if (access(path, F_OK) < 0)
		return false;
	bool worth = store_open(state, STORE_READ, &store, why) < 0 ||
		     store_count_activities(store, &n) < 0 || n > 0;
	(void)store_close(store);
	return worth;
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

bool setup_take_store(const struct setup *setup, const struct setup_place *from,
	const struct setup_place *to, bool *ret_copied)
{
	char folder[PATH_MAX];
	*ret_copied = false;
	if (!is_worth(from->state))
		return true;
	if (is_worth(to->state)) {
		(void)printf("Both stores hold runs. From now on it is %s; the other one stays "
			     "as it is.\n",
			to->state);
		return true;
	}
	(void)puts(from->system ? "The system's store goes along:" : "Your own store goes along:");
	(void)snprintf(folder, sizeof folder, "%s", to->state);
	*strrchr(folder, '/') = '\0';
	/* nobody may write where it comes to */
	bool ready = to->system ? SHOWN("systemctl", "stop", "kneadd") == 0
				: setup_make_folder(setup, folder);
	*ret_copied = ready && setup_put_aside(to->state) &&
		      SHOWN("cp", "-aT", from->state, to->state) == 0 &&
		      SHOWN("chown", "-R", to->owner, to->state) == 0 &&
		      SHOWN("chmod", "-R",
			      to->system ? "u+rwX,g+rwXs,o=" : "u+rwX,g-s,go=", to->state) == 0;
	return *ret_copied;
}

bool setup_take_settings(const struct setup *setup, const struct setup_place *from,
	const struct setup_place *to, bool *ret_wrote)
{
	char folder[PATH_MAX];
	*ret_wrote = false;
	(void)snprintf(folder, sizeof folder, "%s", to->config);
	*strrchr(folder, '/') = '\0';
	if (!settings_are_set(from))
		return true;
	(void)puts(
		from->system ? "The system's settings go along:" : "Your own settings go along:");
	if (!to->system && !setup_make_folder(setup, folder))
		return false;
	return settings_copy(from, to, ret_wrote) &&
	       (!*ret_wrote || to->system || SHOWN("chown", "-R", to->owner, folder) == 0);
}
