/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Small files read whole and with a limit; what is not a plain file is never waited for. */

#include <stddef.h>
#include <sys/stat.h>

/* Opens a regular file (or /dev/null) for reading.
 * Returns a descriptor; -EISDIR; -EINVAL for a FIFO, socket or device; other negative errno of open(). */
int file_open(int dir_fd, const char *path, struct stat *ret);

/* Reads to the end into buffer. Returns 0; -EFBIG when there is more than capacity; negative errno of read(). */
int file_read(int fd, char *buffer, size_t capacity, size_t *ret_size);

/* Both, into memory that the caller frees, with a NUL behind it. */
int file_load(int dir_fd, const char *path, size_t max, char **ret, size_t *ret_size);

/* The reason in words for one of the errors above: "is not a regular file". */
const char *file_why(int error);
