/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Volumes on USB, as they are mounted and go. The list of mounts is followed only while a block device on USB is
 * there: else every mount of every container would wake the daemon. */

#include "device/volumes.h"

#include <systemd/sd-event.h>

struct volume_monitor;

struct volume_callbacks {
	void (*on_mounted)(const struct volume *volume, void *userdata);
	void (*on_gone)(const struct volume *volume, void *userdata); /* unmounted, or pulled */
	void *userdata;
};

/* Tells of nothing before the loop runs or volume_monitor_look() is called.
 * Returns 0; a negative errno where there is no udev to listen to. */
int volume_monitor_new(
	sd_event *event, const struct volume_callbacks *callbacks, struct volume_monitor **ret);
struct volume_monitor *volume_monitor_free(struct volume_monitor *monitor);

/* Looks what is there now, and tells what is new and what is gone. */
void volume_monitor_look(struct volume_monitor *monitor);

/* Those that were told of; NULL after the last. */
const struct volume *volume_monitor_at(const struct volume_monitor *monitor, size_t index);
