/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Device nodes that kneadd has no right to, until it gets one: by a rule of udev that is loaded later, or by logging
 * in, which gives whoever sits at the machine a right to its watches. The kernel tells; nothing is asked again and
 * again. */

#include <stdbool.h>

#include <systemd/sd-event.h>

#define RIGHTS_MAX 4u
#define RIGHTS_NODE_BYTES 64u

struct rights {
	sd_event *event; /* borrowed, as userdata */
	void *userdata;
	void (*on_given)(const char *node, void *userdata);
	sd_event_source *source; /* owned, with its descriptor; NULL: nothing waits */
	struct right {
		char node[RIGHTS_NODE_BYTES]; /* "/dev/bus/usb/001/004"; "": free */
		bool waits, retried;
	} list[RIGHTS_MAX];
};

/* Waits for a right to read and write a node, and then calls on_given(). A right that was given meanwhile counts
 * once until rights_forget(). Returns 0; -ENOSPC too many wait; a negative errno. */
int rights_wait(struct rights *rights, const char *node);

/* It is unplugged. */
void rights_forget(struct rights *rights, const char *node);

void rights_done(struct rights *rights);
