/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "doctor/watches_here.h"

#include "base/cleanup.h"
#include "device/usb.h"
#include "util/machine.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define USB_DEVICES "/sys/bus/usb/devices"

static unsigned read_number(const char *folder, const char *name)
{
	char path[PATH_MAX], text[16] = "";
	if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
		return 0;
	AUTO_FCLOSE FILE *file = fopen(path, "re");
	if (!file || !fgets(text, sizeof text, file))
		return 0;
	unsigned long number = strtoul(text, NULL, 10);
	return number < 1000 ? (unsigned)number : 0;
}

/* usbfs is the driver of an interface that a program has taken for itself. */
static bool is_claimed(const char *syspath, const struct usb_facts *facts)
{
	const char *port = strrchr(syspath, '/') + 1;
	for (size_t i = 0; i < facts->n; i++) {
		char link[PATH_MAX + 128], driver[PATH_MAX];
		(void)snprintf(link, sizeof link, "%s/%s:%u.%u/driver", syspath, port,
			facts->configuration, facts->numbers[i]);
		ssize_t n = readlink(link, driver, sizeof driver - 1);
		if (n < 0)
			continue;
		driver[n] = '\0';
		const char *slash = strrchr(driver, '/');
		if (strcmp(slash ? slash + 1 : driver, "usbfs") == 0)
			return true;
	}
	return false;
}

static void describe(const struct usb_facts *facts, char *ret, size_t room)
{
	size_t size = 0;
	ret[0] = '\0';
	for (size_t i = 0; i < facts->n && size < room; i++)
		size += (size_t)snprintf(ret + size, room - size, "%s%s \"%s\" %s", i ? ", " : "",
			facts->classes[i], facts->interfaces[i], facts->endpoints[i]);
}

static bool look_at(const struct devices *devices, const char *syspath, struct watch_here *ret)
{
	struct usb_facts facts;
	struct device_usb_match match;
	if (usb_read_facts(syspath, &facts) < 0 || !usb_match(devices, &facts, &match))
		return false;
	*ret = (struct watch_here) { .transport = match.transport };
	usb_name(&facts, &match, ret->name, sizeof ret->name);
	(void)snprintf(ret->id, sizeof ret->id, "%.15s", facts.id);
	(void)snprintf(ret->serial, sizeof ret->serial, "%s", facts.serial);
	(void)snprintf(ret->advice, sizeof ret->advice, "%s", match.advice ? match.advice : "");
	(void)snprintf(ret->syspath, sizeof ret->syspath, "%s", syspath);
	describe(&facts, ret->layout, sizeof ret->layout);
	unsigned bus = read_number(syspath, "busnum"), device = read_number(syspath, "devnum");
	if (bus && device)
		(void)snprintf(ret->node, sizeof ret->node, "/dev/bus/usb/%03u/%03u", bus, device);
	ret->claimed = is_claimed(syspath, &facts);
	return true;
}

void watches_here_look(struct watches_here *ret)
{
	char folder[PATH_MAX], path[PATH_MAX];
	CLEANUP(devices_freep) struct devices *devices = NULL;
	*ret = (struct watches_here) { .list = calloc(WATCHES_HERE_MAX, sizeof *ret->list) };
	if (!ret->list || devices_load(&devices, NULL) < 0)
		return;
	DIR *dir = opendir(machine_path(USB_DEVICES, folder));
	ret->no_usb = !dir;
	for (const struct dirent *entry;
		dir && ret->n < WATCHES_HERE_MAX && (entry = readdir(dir));) {
		/* interfaces have a colon, and stand below their device */
		if (entry->d_name[0] == '.' || strchr(entry->d_name, ':') ||
			snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >=
				(int)sizeof path)
			continue;
		ret->n += look_at(devices, path, &ret->list[ret->n]);
	}
	if (dir)
		(void)closedir(dir);
}

void watches_here_done(struct watches_here *watches)
{
	free(watches->list);
	*watches = (struct watches_here) { 0 };
}
