/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Whether an object is the one that it was. */

#include "mtp/mtp_objects.h"

/* By name, kind and size. */
bool mtp_is_same(const struct mtp_object *a, const struct mtp_object *b);

/* And by its date; the zone of a date does not count. */
bool mtp_is_unchanged(const struct mtp_object *now, const struct mtp_object *old);

/* A date may come with its zone in one answer and without it in another, or not at all: then the same file keeps the
 * one that it had, so that it does not look new. */
void mtp_keep_date(struct mtp_object *object, const struct mtp_object *old);
