/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch/mtp_same.h"

#include <string.h>

#define ZONE_STEP_S 900          /* time zones differ by quarters of an hour, */
#define ZONE_MAX_S (14LL * 3600) /* and by no more than this */

bool mtp_is_same(const struct mtp_object *a, const struct mtp_object *b)
{
	return strcmp(a->name, b->name) == 0 && a->is_folder == b->is_folder &&
	       (a->is_folder || (a->has_size == b->has_size && a->size_bytes == b->size_bytes));
}

static bool is_same_date(const struct mtp_object *now, const struct mtp_object *old)
{
	int64_t apart_s = 0;
	return now->has_date == old->has_date &&
	       (!now->has_date ||
		       (!__builtin_sub_overflow(now->modified_s, old->modified_s, &apart_s) &&
			       apart_s % ZONE_STEP_S == 0 && apart_s <= ZONE_MAX_S &&
			       apart_s >= -ZONE_MAX_S));
}

bool mtp_is_unchanged(const struct mtp_object *now, const struct mtp_object *old)
{
	return mtp_is_same(now, old) && is_same_date(now, old);
}

void mtp_keep_date(struct mtp_object *object, const struct mtp_object *old)
{
	if (old->has_date && mtp_is_same(object, old) &&
		(!object->has_date || is_same_date(object, old))) {
		object->modified_s = old->modified_s;
		object->has_date = true;
	}
}
