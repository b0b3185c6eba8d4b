/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* File systems that lie on devices on USB and are mounted: by our own unit, by a desktop, by hand. Which block
 * device a mount is of is asked by its number, which the kernel gives; the name that somebody gave when it was
 * mounted is not believed. */

#include "device/usb.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define VOLUMES_MAX 16u
#define VOLUME_NAME_BYTES 32u

struct volume {
	char name[VOLUME_NAME_BYTES]; /* of the block device: "sdb", "sdb1" */
	char usb[PATH_MAX];           /* the device on USB: "/sys/devices/…/1-1" */
	char mount[PATH_MAX];         /* where it is mounted */
	unsigned major, minor;
	int id;         /* of the mount */
	unsigned plug;  /* number of the device on its bus: another one with each plug-in */
	bool read_only; /* this mount of it */
};

/* The device on USB that a path of sysfs lies below. Returns false when there is none. */
bool volumes_usb_parent(const char *syspath, char ret[PATH_MAX]);

/* Those that are mounted now, in the order of the kernel's list; one that is pulled is none any more, though
 * its mount may be left for a while. ret: VOLUMES_MAX. Returns how many; a negative errno. */
int volumes_find(struct volume *ret);

/* Where a part of a volume is still shown, by a mount of one of its folders (or files): as long as it is, the volume is
 * in use, though it is mounted nowhere. Returns false when there is none. */
bool volumes_find_part(const struct volume *volume, char ret[PATH_MAX]);

/* Whether a and b are the same mount of the same plug-in. */
bool volume_is(const struct volume *a, const struct volume *b);

/* Who shows it; ret->node is the block device. Returns false for what is pulled, and for what the tables say is no
 * drive. */
bool volume_describe(
	const struct volume *volume, const struct devices *devices, struct usb_watch *ret);
