/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Folders of the state directory, and copying into them; shared by spool and archive. */

#include <stdbool.h>
#include <stddef.h>

/* Opens state_dir/name (name may have one '/'), a folder. With `make`, one that is missing is made for owner and
 * group (2770 less the umask): who is in the group shares the store.
 * Returns a descriptor; -ENOENT; other negative errno. */
int place_open(const char *state_dir, const char *name, bool make);

/* The same below an open folder. */
int place_open_at(int dir_fd, const char *name, bool make);

/* Makes a new file with a name of its own that ends in ".part"; for reading and writing.
 * Returns a descriptor; negative errno. */
#define PLACE_PART_BYTES 32u
int place_new_part(int dir_fd, char ret_name[PLACE_PART_BYTES]);

/* read() and write() that go on after a signal; all of it is written, or an error comes back. */
long place_read(int fd, void *data, size_t size);
int place_write(int fd, const void *data, size_t size);

/* Everything from where one file stands to where another does. Returns 0; negative errno. */
int place_copy(int from, int to);
