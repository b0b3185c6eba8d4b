/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Watches that are drives: a volume that is mounted is asked for, one that goes is forgotten. The daemon mounts
 * nothing. What a volume holds is not looked at here, but by kneadd-fetch. */

#include "device/usb.h"
#include "device/volumes.h"
#include "kneadd/runner.h"

struct drives;

struct drives_callbacks {
	/* The last volume of a source is unmounted or pulled. */
	void (*on_gone)(const char *source, void *userdata);
	void *userdata;
};

/* All borrowed. Tells of nothing before drives_look().
 * Returns 0; a negative errno where there is no udev to listen to. */
int drives_new(sd_event *event, struct clock_source *clock, const struct devices *devices,
	struct runner *runner, const struct drives_callbacks *callbacks, struct drives **ret);
struct drives *drives_free(struct drives *drives);

/* Asks for what is mounted already. */
void drives_look(struct drives *drives);

/* Who a source is that has a volume; ret->node is the block device. Returns false when it has none. */
bool drives_find(const struct drives *drives, const char *source, struct usb_watch *ret);

/* The same volume may be mounted more than once: asks for the mount after `path`. Returns false when there is
 * none. */
bool drives_try_next(struct drives *drives, const char *source, const char *path);

/* Whether a volume of it was mounted since drives_forget(). */
bool drives_had(struct drives *drives, const char *source);
void drives_forget(struct drives *drives, const char *source);

/* Asks whoever mounted the volumes of a source to unmount them, again a few times while they are busy. */
void drives_eject(struct drives *drives, const char *source);

/* Whenever the clock of a test moved. */
void drives_check(struct drives *drives);
