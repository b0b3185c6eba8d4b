/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Where the helper programs are. */

/* The helper of a name: beside this program in a build tree, else where it is installed; in test builds
 * the environment variable names it. The caller frees.
 * Returns 0; -ENOENT when it is not there or cannot be executed; -ENOMEM. */
int helper_find(const char *name, const char *variable, char **ret);

/* The daemon that belongs to this command: in the same build tree, or in the same folder. The caller frees.
 * Returns 0; -ENOENT; -ENOMEM. */
int helper_find_daemon(char **ret);
