/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Asks for a volume to be unmounted by whoever mounted it: the system's unit, by a file that it waits for (see
 * kneadd-eject@.path), or the desktop, by udisksctl. */

#include "device/volumes.h"

#include <sys/types.h>

/* The system's unit mounted it. */
bool eject_is_of_unit(const struct volume *volume);

/* Asks, and does not wait for the volume to be gone.
 *
 * ret_pid  of the program that was asked, which the caller reaps: it exits with 0 once the volume is unmounted;
 *          -1 where none is needed
 * Returns 0; -EACCES: no right to ask; -ENOENT: there is nobody to ask; another negative errno. */
int eject_ask(const struct volume *volume, pid_t *ret_pid);
