/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Parts of opening a store, by its directory. Nobody outside this folder includes it. */

#include <stdbool.h>

/* One sentence: what is wrong, and the way out; STORE_WHY_BYTES. Returns error. */
int store_explain(int error, const char *directory, char *ret_why);

/* Makes a folder and those above it that are missing, for the owner only. */
int store_make_folder(const char *path);

/* As store_lock_import() and store_lock_daemon(). */
int store_lock_import_in(const char *directory, bool wait);
int store_lock_daemon_in(const char *directory);
