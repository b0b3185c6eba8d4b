/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What a watch said of its objects in this session, by handle, so that nothing is asked twice: some answer every
 * question for a folder with all that they hold. Good for one session only, as handles are. */

#include "mtp/mtp_objects.h"

/* Beyond so many the later ones are asked about again. */
#define MTP_TOLD_MAX 16384u

struct mtp_told {
	struct mtp_objects objects;
	uint32_t *slots; /* owned; open addressing, at most half full */
	size_t mask;
};

void mtp_told_done(struct mtp_told *told);

/* Keeps it, unless there are too many: what is not kept costs another question, no more. Only one with its kind, its
 * name and its parent is of use. */
void mtp_told_put(struct mtp_told *told, const struct mtp_object *object);

/* NULL when it was not told of. */
const struct mtp_object *mtp_told_get(const struct mtp_told *told, uint32_t handle);
