/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf/events.h"

#include <errno.h>
#include <string.h>

const char *const event_type_names[EVENT_TYPE_COUNT] = {
#define EVENT_NAME(symbol, name, chosen) [EVENT_TYPE_##symbol] = (name),
	EVENTS(EVENT_NAME)
#undef EVENT_NAME
};

int event_type_from_name(const char *name, size_t size, enum event_type *ret)
{
	for (int i = 0; i < EVENT_TYPE_COUNT; i++)
		if (strlen(event_type_names[i]) == size &&
			memcmp(event_type_names[i], name, size) == 0) {
			*ret = (enum event_type)i;
			return 0;
		}
	return -ENOENT;
}
