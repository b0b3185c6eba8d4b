/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Settings were written: the daemon has to read them. */

#include "conf/paths.h"

/* Asks a running daemon to read its settings again, or says on stdout how to have it done. No daemon: nothing
 * is said, it reads them when it starts. Returns whether the settings hold now (or from the start on). */
bool reload_daemon(const struct conf_paths *paths);
