/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A folder, or a watch's tree, as a source of files. Reading only: nothing in a source is ever written,
 * renamed or deleted.
 *
 * Where the tree is laid out like a watch (conf/devices.h) only its activity folders are read. In other
 * folders every file is looked at; what neither begins like a FIT or TCX file nor is named like one is
 * not ours and passed over in silence. */

#include "conf/devices.h"

#include <stdint.h>

/* A file of a source. */
struct tree_file {
	const char *path; /* below the root; the given path itself for a single file */
	int fd;           /* open for reading at the start, or -1 when `why` is set */
	int64_t size_bytes, mtime_ns;
	const char *why; /* why it can't be taken: a sentence; NULL when it can */
};

/* The `why` of a file that was listed and is not there any more: somebody took it away, or all of the source. */
extern const char tree_vanished[];

struct tree_callbacks {
	/* Whether a file of this path, size and date needs no look at all. */
	bool (*on_known)(const char *path, int64_t size_bytes, int64_t mtime_ns, void *userdata);
	/* One file; the fd is closed afterwards. A negative answer ends the walk and is returned. */
	int (*on_file)(const struct tree_file *file, void *userdata);
	device_named_fn named; /* as devices_match_tree(); may be NULL */
	void *userdata;
};

/* Walks a folder in the order of names, or hands out a single file. Symbolic links are followed, but
 * never back into a folder that is being read. FIFOs and devices are not opened for long enough to block.
 * Returns 0; -ENOENT when nothing is there; the callback's answer. */
int tree_walk(
	const char *path, const struct devices *devices, const struct tree_callbacks *callbacks);
