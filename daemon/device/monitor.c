/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/monitor.h"

#include "base/cleanup.h"
#include "util/log.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <systemd/sd-device.h>

#define PRESENT_MAX 16u
#define LEFT_MAX 16u
#define AGAIN_USEC 3000000ull
#define ACCURACY_USEC 50000ull

struct present {
	struct device_monitor *owner;
	char syspath[PATH_MAX];
	struct usb_watch watch;
	bool told;
	sd_event_source *again; /* runs while its telling waits */
};

struct left {
	char serial[WATCH_SERIAL_BYTES];
	uint64_t usec;
};

struct device_monitor {
	sd_event *event;
	const struct devices *devices;
	struct device_monitor_callbacks callbacks;
	sd_device_monitor *monitor;
	struct present *present[PRESENT_MAX]; /* owned */
	size_t n;
	struct left left[LEFT_MAX]; /* a ring */
	size_t left_at;
	uint64_t again_usec; /* how soon after its leaving one is back "at once" */
};

static struct present *present_free(struct present *present)
{
	if (!present)
		return NULL;
	sd_event_source_disable_unref(present->again);
	free(present);
	return NULL;
}

static size_t find(const struct device_monitor *monitor, const char *syspath)
{
	size_t i = 0;
	while (i < monitor->n && strcmp(monitor->present[i]->syspath, syspath) != 0)
		i++;
	return i;
}

static uint64_t now_usec(const struct device_monitor *monitor)
{
	uint64_t now = 0;
	(void)sd_event_now(monitor->event, CLOCK_BOOTTIME, &now);
	return now;
}

static void tell(struct present *present)
{
	present->told = true;
	present->owner->callbacks.on_arrived(&present->watch, present->owner->callbacks.userdata);
}

static int on_again(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	tell(userdata);
	return 0;
}

/* When the last of this serial left, if that is too short ago; else 0. */
static uint64_t left_lately(const struct device_monitor *monitor, const char *serial)
{
	uint64_t now = now_usec(monitor), latest = 0;
	for (size_t i = 0; *serial && i < LEFT_MAX; i++)
		if (strcmp(monitor->left[i].serial, serial) == 0 &&
			monitor->left[i].usec + monitor->again_usec > now &&
			monitor->left[i].usec > latest)
			latest = monitor->left[i].usec;
	return latest;
}

static void leave(struct device_monitor *monitor, size_t index)
{
	struct present *present = monitor->present[index];
	monitor->n--;
	memmove(&monitor->present[index], &monitor->present[index + 1],
		(monitor->n - index) * sizeof(struct present *));
	struct left *left = &monitor->left[monitor->left_at++ % LEFT_MAX];
	memcpy(left->serial, present->watch.serial, sizeof left->serial);
	left->usec = now_usec(monitor);
	if (present->told)
		monitor->callbacks.on_left(&present->watch, monitor->callbacks.userdata);
	present_free(present);
}

static void arrive(struct device_monitor *monitor, struct present *present)
{
	monitor->present[monitor->n++] = present;
	uint64_t left = left_lately(monitor, present->watch.serial);
	int r = !left ? 0
		      : sd_event_add_time(monitor->event, &present->again, CLOCK_BOOTTIME,
				left + monitor->again_usec, ACCURACY_USEC, on_again, present);
	if (!left || r < 0)
		tell(present);
}

/* A device that is there: a watch that was not met yet? Its interfaces come after itself, so this is
 * asked again with each of their events. */
static void look(struct device_monitor *monitor, sd_device *device)
{
	const char *syspath, *node;
	struct usb_facts facts;
	struct device_usb_match match;
	if (sd_device_get_syspath(device, &syspath) < 0 || sd_device_get_devname(device, &node) < 0)
		return;
	size_t index = find(monitor, syspath);
	if (index < monitor->n) {
		if (strcmp(monitor->present[index]->watch.node, node) == 0)
			return;
		leave(monitor, index); /* its leaving was missed */
	}
	if (monitor->n == PRESENT_MAX || usb_read_facts(syspath, &facts) < 0 ||
		!usb_match(monitor->devices, &facts, &match))
		return;
	struct present *present = calloc(1, sizeof *present);
	if (!present)
		return;
	present->owner = monitor;
	(void)snprintf(present->syspath, sizeof present->syspath, "%s", syspath);
	usb_describe(&facts, &match, &present->watch);
	(void)snprintf(present->watch.node, sizeof present->watch.node, "%s", node);
	arrive(monitor, present);
}

static void look_at_owner(struct device_monitor *monitor, sd_device *device)
{
	const char *type = NULL;
	sd_device *owner = NULL;
	if (sd_device_get_devtype(device, &type) < 0)
		return;
	if (strcmp(type, "usb_device") == 0)
		look(monitor, device);
	else if (sd_device_get_parent_with_subsystem_devtype(device, "usb", "usb_device", &owner) >=
		 0)
		look(monitor, owner); /* borrowed from the device */
}

static int on_event(sd_device_monitor *source, sd_device *device, void *userdata)
{
	(void)source;
	struct device_monitor *monitor = userdata;
	sd_device_action_t action;
	const char *syspath;
	if (sd_device_get_action(device, &action) < 0 ||
		sd_device_get_syspath(device, &syspath) < 0)
		return 0;
	if (action != SD_DEVICE_REMOVE) {
		look_at_owner(monitor, device);
		return 0;
	}
	size_t index = find(monitor, syspath);
	if (index < monitor->n)
		leave(monitor, index);
	return 0;
}

static int listen(struct device_monitor *monitor)
{
	int r = sd_device_monitor_new(&monitor->monitor);
	if (r >= 0)
		r = sd_device_monitor_filter_add_match_subsystem_devtype(
			monitor->monitor, "usb", NULL);
	if (r >= 0)
		r = sd_device_monitor_attach_event(monitor->monitor, monitor->event);
	if (r >= 0)
		r = sd_device_monitor_start(monitor->monitor, on_event, monitor);
	if (r < 0)
		return r;
	(void)sd_device_monitor_set_description(monitor->monitor, "usb");
	return 0;
}

static int enumerate(struct device_monitor *monitor)
{
	__attribute__((cleanup(sd_device_enumerator_unrefp))) sd_device_enumerator *all = NULL;
	int r = sd_device_enumerator_new(&all);
	if (r >= 0)
		r = sd_device_enumerator_add_match_subsystem(all, "usb", true);
	if (r < 0)
		return r;
	for (sd_device *device = sd_device_enumerator_get_device_first(all); device;
		device = sd_device_enumerator_get_device_next(all))
		look_at_owner(monitor, device);
	return 0;
}

struct device_monitor *device_monitor_free(struct device_monitor *monitor)
{
	if (!monitor)
		return NULL;
	for (size_t i = 0; i < monitor->n; i++)
		present_free(monitor->present[i]);
	sd_device_monitor_unref(monitor->monitor);
	free(monitor);
	return NULL;
}

static void monitor_freep(struct device_monitor **monitor)
{
	(void)device_monitor_free(*monitor);
}

static uint64_t again_usec(void)
{
#ifdef KNEAD_TEST_CLOCK
	const char *named = getenv("KNEAD_AGAIN_MS"); /* a hundred times three seconds are long */
	return named ? strtoull(named, NULL, 10) * 1000 : AGAIN_USEC;
#else
	return AGAIN_USEC;
#endif
}

int device_monitor_new(sd_event *event, const struct devices *devices,
	const struct device_monitor_callbacks *callbacks, struct device_monitor **ret)
{
	CLEANUP(monitor_freep) struct device_monitor *monitor = calloc(1, sizeof *monitor);
	if (!monitor)
		return -ENOMEM;
	*monitor = (struct device_monitor) { .event = event,
		.devices = devices,
		.callbacks = *callbacks,
		.again_usec = again_usec() };
	/* listening first: what arrives meanwhile is met twice, and told once */
	int r = listen(monitor);
	if (r >= 0)
		r = enumerate(monitor);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(monitor);
	return 0;
}

const struct usb_watch *device_monitor_at(const struct device_monitor *monitor, size_t index)
{
	for (size_t i = 0; i < monitor->n; i++)
		if (monitor->present[i]->told && index-- == 0)
			return &monitor->present[i]->watch;
	return NULL;
}
