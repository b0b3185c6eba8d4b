/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/drives.h"

#include "base/cleanup.h"
#include "device/volume_monitor.h"
#include "kneadd/ejector.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define HAD_MAX VOLUMES_MAX

/* A source that had a volume since it was plugged in. */
struct had {
	char source[WATCH_SOURCE_BYTES]; /* "": free */
	bool here;                       /* it still has one */
};

struct drives {
	const struct devices *devices;
	struct runner *runner;
	struct drives_callbacks callbacks;
	struct volume_monitor *monitor;
	struct ejector *ejector;
	struct had had[HAD_MAX];
	size_t had_at;
};

static const struct volume *find(const struct drives *drives, const char *source,
	const struct volume *after, struct usb_watch *ret)
{
	const struct volume *volume;
	bool passed = !after;
	for (size_t i = 0; (volume = volume_monitor_at(drives->monitor, i)); i++) {
		char name[WATCH_SOURCE_BYTES];
		if (!passed || !volume_describe(volume, drives->devices, ret)) {
			passed |= volume == after;
			continue;
		}
		usb_source(ret, name);
		if (strcmp(name, source) == 0)
			return volume;
	}
	return NULL;
}

static struct had *had_find(struct drives *drives, const char *source)
{
	for (size_t i = 0; i < HAD_MAX; i++)
		if (strcmp(drives->had[i].source, source) == 0)
			return &drives->had[i];
	return NULL;
}

static void request(
	struct drives *drives, const struct volume *volume, const struct usb_watch *watch)
{
	char source[WATCH_SOURCE_BYTES];
	usb_source(watch, source);
	struct had *had = had_find(drives, source);
	if (!had)
		had = &drives->had[drives->had_at++ % HAD_MAX];
	memcpy(had->source, source, sizeof had->source);
	had->here = true;
	runner_request(drives->runner, &(struct runner_source) { .kind = SOURCE_VOLUME,
					       .name = source,
					       .path = volume->mount,
					       .title = watch->name,
					       .eject_first = !volume->read_only });
}

/* Whether this volume is mounted somewhere else as well, earlier in the list: once is enough. */
static bool is_again(const struct drives *drives, const struct volume *volume)
{
	const struct volume *other;
	for (size_t i = 0; (other = volume_monitor_at(drives->monitor, i)) && other != volume; i++)
		if (other->major == volume->major && other->minor == volume->minor)
			return true;
	return false;
}

static void on_mounted(const struct volume *volume, void *userdata)
{
	struct drives *drives = userdata;
	struct usb_watch watch;
	if (!is_again(drives, volume) && volume_describe(volume, drives->devices, &watch))
		request(drives, volume, &watch);
}

/* Sysfs may have forgotten it already, so it is known by what it was asked for under. */
static void on_gone(const struct volume *volume, void *userdata)
{
	(void)volume;
	struct drives *drives = userdata;
	for (size_t i = 0; i < HAD_MAX; i++) {
		struct had *had = &drives->had[i];
		struct usb_watch watch;
		if (!had->here || find(drives, had->source, NULL, &watch))
			continue;
		had->here = false;
		runner_forget(drives->runner, had->source);
		drives->callbacks.on_gone(had->source, drives->callbacks.userdata);
	}
}

void drives_look(struct drives *drives)
{
	volume_monitor_look(drives->monitor);
}

bool drives_find(const struct drives *drives, const char *source, struct usb_watch *ret)
{
	return find(drives, source, NULL, ret) != NULL;
}

bool drives_try_next(struct drives *drives, const char *source, const char *path)
{
	struct usb_watch watch;
	const struct volume *volume = find(drives, source, NULL, &watch);
	while (volume && strcmp(volume->mount, path) != 0)
		volume = find(drives, source, volume, &watch);
	volume = volume ? find(drives, source, volume, &watch) : NULL;
	if (volume)
		request(drives, volume, &watch);
	return volume != NULL;
}

bool drives_had(struct drives *drives, const char *source)
{
	return had_find(drives, source) != NULL;
}

void drives_forget(struct drives *drives, const char *source)
{
	struct had *had = had_find(drives, source);
	if (had)
		*had = (struct had) { 0 };
}

struct drives *drives_free(struct drives *drives)
{
	if (!drives)
		return NULL;
	drives->ejector = ejector_free(drives->ejector);
	drives->monitor = volume_monitor_free(drives->monitor);
	free(drives);
	return NULL;
}

static const struct volume *find_first(const char *source, void *userdata)
{
	struct usb_watch watch;
	return find(userdata, source, NULL, &watch);
}

void drives_eject(struct drives *drives, const char *source)
{
	ejector_eject(drives->ejector, source);
}

void drives_check(struct drives *drives)
{
	ejector_check(drives->ejector);
}

static void drives_freep(struct drives **drives)
{
	(void)drives_free(*drives);
}

int drives_new(sd_event *event, struct clock_source *clock, const struct devices *devices,
	struct runner *runner, const struct drives_callbacks *callbacks, struct drives **ret)
{
	CLEANUP(drives_freep) struct drives *drives = calloc(1, sizeof *drives);
	if (!drives)
		return -ENOMEM;
	*drives = (struct drives) { .devices = devices, .runner = runner, .callbacks = *callbacks };
	const struct volume_callbacks ours = {
		.on_mounted = on_mounted, .on_gone = on_gone, .userdata = drives
	};
	int r = volume_monitor_new(event, &ours, &drives->monitor);
	if (r == 0)
		r = ejector_new(event, clock, find_first, drives, &drives->ejector);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(drives);
	return 0;
}
