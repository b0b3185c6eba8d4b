/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/volume_monitor.h"

#include "base/cleanup.h"
#include "util/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <systemd/sd-device.h>

#define REMOVED_MAX 16u

struct volume_monitor {
	sd_event *event;
	struct volume_callbacks callbacks;
	sd_device_monitor *blocks;
	sd_event_source *mounts; /* NULL while no block device on USB is there */
	struct volume *list;     /* owned; VOLUMES_MAX */
	size_t n;
	/* Block devices that left. Their event comes before sysfs forgets them, and their mounts stay longer. */
	char removed[REMOVED_MAX][VOLUME_NAME_BYTES]; /* a ring; "": free */
	size_t removed_at;
};

static bool was_removed(const struct volume_monitor *monitor, const char *name)
{
	for (size_t i = 0; i < REMOVED_MAX; i++)
		if (strcmp(monitor->removed[i], name) == 0)
			return true;
	return false;
}

static void note(struct volume_monitor *monitor, sd_device *device)
{
	sd_device_action_t action;
	const char *name;
	if (sd_device_get_action(device, &action) < 0 || sd_device_get_sysname(device, &name) < 0)
		return;
	for (size_t i = 0; i < REMOVED_MAX; i++)
		if (strcmp(monitor->removed[i], name) == 0)
			monitor->removed[i][0] = '\0';
	if (action == SD_DEVICE_REMOVE)
		(void)snprintf(monitor->removed[monitor->removed_at++ % REMOVED_MAX],
			VOLUME_NAME_BYTES, "%s", name);
}

static bool holds(const struct volume *list, size_t n, const struct volume *volume)
{
	for (size_t i = 0; i < n; i++)
		if (volume_is(&list[i], volume))
			return true;
	return false;
}

static int leave_out_removed(const struct volume_monitor *monitor, struct volume *list, int n)
{
	int kept = 0;
	for (int i = 0; i < n; i++)
		if (!was_removed(monitor, list[i].name))
			list[kept++] = list[i];
	return kept;
}

static void compare(struct volume_monitor *monitor)
{
	AUTO_FREE struct volume *now = calloc(VOLUMES_MAX, sizeof *now);
	int n = now ? volumes_find(now) : -ENOMEM;
	if (n < 0) {
		(void)log_error(n, "the list of mounts cannot be read");
		return;
	}
	n = leave_out_removed(monitor, now, n);
	AUTO_FREE struct volume *before = monitor->list;
	size_t before_n = monitor->n;
	monitor->list = now;
	monitor->n = (size_t)n;
	for (size_t i = 0; i < before_n; i++)
		if (!holds(now, (size_t)n, &before[i]))
			monitor->callbacks.on_gone(&before[i], monitor->callbacks.userdata);
	for (size_t i = 0; i < (size_t)n; i++)
		if (!holds(before, before_n, &now[i]))
			monitor->callbacks.on_mounted(&now[i], monitor->callbacks.userdata);
	now = NULL; /* the monitor's */
}

static int on_mounts(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	(void)source;
	(void)fd;
	(void)revents;
	compare(userdata);
	return 0;
}

/* The kernel says by EPOLLPRI that the list changed. */
static int follow_mounts(struct volume_monitor *monitor)
{
	AUTO_CLOSE int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	int r = sd_event_add_io(monitor->event, &monitor->mounts, fd, EPOLLPRI, on_mounts, monitor);
	if (r < 0)
		return r;
	(void)sd_event_source_set_description(monitor->mounts, "mounts");
	return sd_event_source_set_io_fd_own(monitor->mounts, true) < 0 ? 0 : (TAKE_FD(fd), 0);
}

static bool any_block_on_usb(const struct volume_monitor *monitor)
{
	__attribute__((cleanup(sd_device_enumerator_unrefp))) sd_device_enumerator *all = NULL;
	if (sd_device_enumerator_new(&all) < 0 ||
		sd_device_enumerator_allow_uninitialized(all) < 0 ||
		sd_device_enumerator_add_match_subsystem(all, "block", true) < 0)
		return true; /* better one wake-up too many */
	for (sd_device *device = sd_device_enumerator_get_device_first(all); device;
		device = sd_device_enumerator_get_device_next(all)) {
		const char *syspath, *name;
		char usb[PATH_MAX];
		if (sd_device_get_syspath(device, &syspath) >= 0 &&
			sd_device_get_sysname(device, &name) >= 0 && !was_removed(monitor, name) &&
			volumes_usb_parent(syspath, usb))
			return true;
	}
	return false;
}

void volume_monitor_look(struct volume_monitor *monitor)
{
	bool any = any_block_on_usb(monitor);
	if (any && !monitor->mounts) {
		int r = follow_mounts(monitor);
		if (r < 0)
			(void)log_error(r, "the list of mounts cannot be followed");
	}
	compare(monitor);
	if (!any)
		monitor->mounts = sd_event_source_disable_unref(monitor->mounts);
}

static int on_block(sd_device_monitor *source, sd_device *device, void *userdata)
{
	(void)source;
	note(userdata, device);
	volume_monitor_look(userdata);
	return 0;
}

struct volume_monitor *volume_monitor_free(struct volume_monitor *monitor)
{
	if (!monitor)
		return NULL;
	sd_event_source_disable_unref(monitor->mounts);
	sd_device_monitor_unref(monitor->blocks);
	free(monitor->list);
	free(monitor);
	return NULL;
}

static void monitor_freep(struct volume_monitor **monitor)
{
	(void)volume_monitor_free(*monitor);
}

int volume_monitor_new(
	sd_event *event, const struct volume_callbacks *callbacks, struct volume_monitor **ret)
{
	CLEANUP(monitor_freep) struct volume_monitor *monitor = calloc(1, sizeof *monitor);
	if (!monitor)
		return -ENOMEM;
	*monitor = (struct volume_monitor) { .event = event, .callbacks = *callbacks };
	int r = sd_device_monitor_new(&monitor->blocks);
	if (r >= 0)
		r = sd_device_monitor_filter_add_match_subsystem_devtype(
			monitor->blocks, "block", NULL);
	if (r >= 0)
		r = sd_device_monitor_attach_event(monitor->blocks, event);
	if (r >= 0)
		r = sd_device_monitor_start(monitor->blocks, on_block, monitor);
	if (r < 0)
		return r;
	(void)sd_device_monitor_set_description(monitor->blocks, "block");
	*ret = TAKE_PTR(monitor);
	return 0;
}

const struct volume *volume_monitor_at(const struct volume_monitor *monitor, size_t index)
{
	return index < monitor->n ? &monitor->list[index] : NULL;
}
