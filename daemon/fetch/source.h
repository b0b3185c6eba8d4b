/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What a watch shows, and who wants to know. Paths are below the root of its storage and clean to print. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source_file {
	const char *path;
	int64_t size_bytes, mtime_ns; /* -1 and 0 when the watch does not say */
};

/* Who the watch is; "" for what it does not say. */
struct source_watch {
	const char *maker, *model, *serial, *firmware;
};

/* What it shows, once that is known. */
struct source_listing {
	const char *
		folders; /* "GARMIN/Activity; GARMIN/History"; "" when no table knows its folders */
	const char *seen; /* the folders in its root, when folders is ""; else "" */
	bool known_make;  /* folders is "", and yet it is laid out like a watch of the tables */
	size_t files_n, wanted_n;
	uint64_t wanted_bytes;
	bool full; /* asked about everything anew; nothing from an earlier plug-in was believed */
};

/* Negative answers end the reading and are returned; on_wanted answers 1 for "yes". */
struct source_callbacks {
	int (*on_watch)(const struct source_watch *watch, void *userdata);
	int (*on_wanted)(const struct source_file *file, void *userdata);
	int (*on_listed)(const struct source_listing *listing, void *userdata);
	void (*on_progress)(const struct source_file *file, uint64_t done_bytes, void *userdata);
	/* A whole file, checked; fd is a regular file at its start, and closed afterwards. */
	int (*on_file)(const struct source_file *file, int fd, void *userdata);
	int (*on_refused)(const struct source_file *file, const char *why, void *userdata);
	/* The watch stayed busy with it: it is not here, and nothing is wrong with it. */
	int (*on_later)(const struct source_file *file, void *userdata);
	void *userdata;
};
