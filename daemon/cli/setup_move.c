/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/setup_move.h"

#include "cli/setup_settings.h"
#include "cli/shown.h"
#include "store/store_query.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

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
