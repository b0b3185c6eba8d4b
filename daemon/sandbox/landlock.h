/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Landlock by its three system calls, for which there is nothing to link. */

/* Gives up every right that this kernel's Landlock knows: no file is opened, no TCP socket bound or
 * connected, no process outside signalled. PR_SET_NO_NEW_PRIVS must be set.
 *
 * Returns 0; -ENOSYS when the kernel has no Landlock or it is switched off; another negative errno. */
int landlock_deny_all(void);
