/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Which of the objects that a watch lists for a folder lie in it. Most list just these. Some list what lies in the
 * folders below as well, or all that they hold; and some tell a parent that is none. */

#include "fetch/mtp_told.h"

/* Objects in the order of their handles. */
void mtp_objects_sort(struct mtp_objects *objects);

/* In sorted objects; NULL when there is none of that handle. */
struct mtp_object *mtp_objects_find(const struct mtp_objects *objects, uint32_t handle);

struct mtp_children {
	const struct mtp_objects
		*objects; /* sorted; all that was listed. Borrowed, as the next one */
	const struct mtp_told *told;
	uint32_t folder; /* MTP_ANY: the root */
	bool strict;     /* others are listed as well, so that a parent must be the folder itself */
};

void mtp_children_of(struct mtp_children *children, const struct mtp_objects *objects,
	const struct mtp_told *told, uint32_t folder);

/* Whether one of them lies in the folder. In doubt it does: a file that is shown twice costs less than one that is
 * missed. */
bool mtp_is_child(const struct mtp_children *children, const struct mtp_object *object);
