/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The copying itself, for the files of the store. */

#include <sqlite3.h>
#include <sys/types.h>

/* Copies an open database into a new file of a folder, reads the copy through, and gives it its name.
 *
 * folder, name  where; what has that name is replaced
 * mode          0: 0660 less the umask
 * Returns 0; -EUCLEAN when the copy is not sound, which says the same of the original; other negative errno. */
int backup_copy(sqlite3 *db, const char *folder, const char *name, mode_t mode);

/* The same as the next one of the own copies. now_ms only names it. */
int backup_copy_own(sqlite3 *db, const char *state_dir, int schema, int64_t now_ms);

/* Reads a whole database through. Returns 0; -EUCLEAN; other negative errno. */
int backup_check(sqlite3 *db, const char *pragma);
