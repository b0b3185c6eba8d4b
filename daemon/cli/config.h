/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The settings and places that a verb works with. */

#include "cli/context.h"
#include "conf/conf.h"
#include "conf/paths.h"

/* --state and --config, or where the rule of conf/paths.h leads.
 * Returns CLI_DONE; CLI_STATE after it said why not. */
int cli_paths(const struct cli_context *context, struct conf_paths *ret);

/* Reads the settings; what is wrong with them is said on stderr, warnings too.
 * Returns CLI_DONE; CLI_STATE when they cannot be used. */
int cli_conf(const struct conf_paths *paths, struct conf **ret);

/* Says each as "knead: config: FILE:LINE: KEY = VALUE: WHY". */
void cli_say_problems(const struct problems *problems);
