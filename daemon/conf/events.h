/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The types of events that a webhook can choose, by the names the receiver sees. */

#include <stddef.h>
#include <stdint.h>

/* X(SYMBOL, name, sent when a webhook does not choose) */
#define EVENTS(X)                                    \
	X(IMPORT_COMPLETED, "import.completed", 1)   \
	X(MASSAGE_SUGGESTED, "massage.suggested", 1) \
	X(REST_FIRST, "rest.first", 1)               \
	X(WATCH_STUCK, "watch.stuck", 1)             \
	X(STRAIN_CLEARED, "strain.cleared", 0)       \
	X(WATCH_STALE, "watch.stale", 0)             \
	X(STRAIN_WEEKLY, "strain.weekly", 0)         \
	X(ALERT_TEST, "alert.test", 0)

enum event_type {
#define EVENT_ENUM(symbol, name, chosen) EVENT_TYPE_##symbol,
	EVENTS(EVENT_ENUM)
#undef EVENT_ENUM
		EVENT_TYPE_COUNT,
};

extern const char *const event_type_names[EVENT_TYPE_COUNT]; /* "import.completed", ... */

static inline uint32_t event_bit(enum event_type type)
{
	return UINT32_C(1) << type;
}

#define EVENT_BIT_CHOSEN(symbol, name, chosen) \
	| ((chosen) ? UINT32_C(1) << EVENT_TYPE_##symbol : UINT32_C(0))
#define EVENTS_DEFAULT (UINT32_C(0) EVENTS(EVENT_BIT_CHOSEN))

/* The event of a name. Returns 0; -ENOENT. */
int event_type_from_name(const char *name, size_t size, enum event_type *ret);
