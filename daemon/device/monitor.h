/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Watches on USB, as they come and go: udev's events in the daemon's own loop.
 *
 * An arrival is told at once. One of a serial number that left less than three seconds ago is told when
 * these are over, if it is still there: a desktop that lets go of a watch resets it, and many watches
 * pass through another mode first. */

#include "device/usb.h"

#include <systemd/sd-event.h>

struct device_monitor;

struct device_monitor_callbacks {
	void (*on_arrived)(const struct usb_watch *watch, void *userdata);
	void (*on_left)(const struct usb_watch *watch, void *userdata);
	void *userdata;
};

/* Tells of those that are there already before it returns. The tables are borrowed.
 * Returns 0; a negative errno where there is no udev to listen to. */
int device_monitor_new(sd_event *event, const struct devices *devices,
	const struct device_monitor_callbacks *callbacks, struct device_monitor **ret);
struct device_monitor *device_monitor_free(struct device_monitor *monitor);

/* The watches that are plugged in and were told of; NULL after the last. */
const struct usb_watch *device_monitor_at(const struct device_monitor *monitor, size_t index);
