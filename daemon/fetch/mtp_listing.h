/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What is in a folder of a watch, with few questions and never a file missed.
 *
 * The handles are asked for first. Then the folder's properties at once, if the watch is known to give them:
 * so a file that was replaced under its handle is seen. Elsewhere the handles of an earlier session are
 * believed if all of them are still there and three of them (the oldest, the newest and one at random) still
 * carry the name and the size that they had; then only the others are new. Where more than a few are, the
 * properties are asked for at once to see whether the watch does that; what that leaves open, and everything
 * with other watches, is asked for one by one. */

#include "fetch/mtp_operations.h"
#include "fetch/mtp_told.h"
#include "fetch/watch_memory.h"

struct mtp_listing {
	struct mtp_session *session;
	struct watch_memory *memory;
	const struct mtp_device_info *info;
	bool full;                /* nothing of an earlier session is believed */
	uint32_t random;          /* seed */
	unsigned believed, asked; /* objects: known from before; described by the watch just now */
	unsigned silent;          /* objects that the watch does not describe */
	struct mtp_told told;     /* all that it described in this session; for mtp_told_done() */
};

/* How much of a folder is wanted. */
struct mtp_look {
	bool folders_only; /* files may be left out */
	const char *
		until; /* NULL: everything; else the rest may stay without a name once one of this name
			    * (without regard to ASCII case) was found */
};

/* Lists a folder, unless that was done since the memory was loaded, and notes it in the memory, from where the
 * objects are lent: until the next call.
 *
 * folder  its handle; MTP_ANY for the root
 * path    its path in the storage, "" for the root
 * ret     sorted by handle; those without a name are not in this folder, of no use, or not asked about
 * Returns 0; -EIO when nothing in it can be read; other errors as mtp_run(). */
int mtp_list_folder(struct mtp_listing *listing, uint32_t storage, uint32_t folder,
	const char *path, const struct mtp_look *look, const struct mtp_objects **ret);
