/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The watches that are plugged in, as sysfs shows them: udev and the daemon are not asked. */

#include "conf/devices.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define WATCHES_HERE_MAX 8u

struct watch_here {
	char name[96], id[16], serial[64], advice[256];
	char syspath[PATH_MAX]; /* as it can be opened */
	char node[64];          /* "/dev/bus/usb/001/004"; "": unknown */
	char layout[512];       /* classes and endpoints of its interfaces, for a report */
	enum device_transport transport;
	bool claimed; /* a program has one of its interfaces */
};

struct watches_here {
	struct watch_here *list; /* owned */
	size_t n;
	bool no_usb; /* this machine shows no USB at all */
};

void watches_here_look(struct watches_here *ret);
void watches_here_done(struct watches_here *watches);
