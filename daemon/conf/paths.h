/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Where the settings and the store are: the system's, or the user's own. */

#include <stdbool.h>

struct conf_paths {
	char *config;      /* owned */
	bool config_asked; /* --config: it must exist */
	char *state;       /* owned */
	bool system;       /* the store is the system service's */
};

void conf_paths_done(struct conf_paths *paths);

/* Follows the rule for both programs.
 *
 * State: --state; else $STATE_DIRECTORY; else /var/lib/knead if that exists, whether or not it can be
 * opened (an unreadable store must never be replaced by an empty private one); else
 * $XDG_STATE_HOME/knead (~/.local/state/knead).
 * Settings: --config; else /etc/knead/kneadd.conf when the state is the system's; else
 * $XDG_CONFIG_HOME/knead/kneadd.conf (~/.config/knead/kneadd.conf).
 *
 * arg_state, arg_config  what was given on the command line; NULL
 * Returns 0; -ENOMEM; -ENOENT when there is no home directory to speak of. */
int conf_paths_find(const char *arg_state, const char *arg_config, struct conf_paths *ret);

/* The same with the system's places given, for tests. */
int conf_paths_find_in(const char *system_state, const char *system_config, const char *arg_state,
	const char *arg_config, struct conf_paths *ret);
