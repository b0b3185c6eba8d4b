/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Opening what the user named, without ever waiting on it. */

#include <stdbool.h>

#define OPEN_WHY_BYTES 160u

/* Opens a regular file of a size that is read at all; links are followed. A FIFO, a folder, a device or
 * a file of more than FILE_MAX_BYTES is refused, unread.
 *
 * ret_fd       close-on-exec, the caller's
 * ret_missing  set in every case: nothing has that name
 * ret_why      on failure one sentence
 * Returns 0; a negative errno. */
int open_file(const char *path, int *ret_fd, bool *ret_missing, char ret_why[OPEN_WHY_BYTES]);
