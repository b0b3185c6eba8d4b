/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/usb.h"

#include "base/cleanup.h"
#include "fit/fit_names.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DESCRIPTORS_MAX_BYTES 4096u
#define DEVICE_BYTES 18u
#define TYPE_CONFIGURATION 2u
#define TYPE_INTERFACE 4u
#define TYPE_ENDPOINT 5u
#define GARMIN_FIT_MANUFACTURER 1u
#define GARMIN_MTP_BASE 0x4000u
#define GARMIN_DRIVE_MASK 0x1fffu
/* of an interface that speaks MTP (MTP 1.1, section 2.7; Still Image class, 4.2) */
#define MTP_ENDPOINTS "bulk-in,bulk-out,interrupt-in"
#define MTP_CLASS "06/01/01"
#define MTP_NAME "MTP"
#define WORDS_MAX (USB_INTERFACES_MAX + 1)

/* A file of sysfs. Returns its size; a negative errno. */
static ssize_t read_file(const char *folder, const char *name, void *ret, size_t room)
{
	char path[PATH_MAX];
	if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
		return -ENAMETOOLONG;
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -errno;
	ssize_t n = read(fd, ret, room);
	return n < 0 ? -errno : n;
}

/* One line of text a device chose: what is not printable becomes '?'. "" when there is none. */
static void read_text(const char *folder, const char *name, char *ret, size_t room)
{
	ssize_t n = read_file(folder, name, ret, room - 1);
	ret[n > 0 ? n : 0] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
	for (char *at = ret; *at; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	for (size_t size = strlen(ret); size && ret[size - 1] == ' '; size--)
		ret[size - 1] = '\0';
}

static uint16_t read_hex(const char *folder, const char *name)
{
	char text[16];
	read_text(folder, name, text, sizeof text);
	return (uint16_t)strtoul(text, NULL, 16);
}

static unsigned read_decimal(const char *folder, const char *name)
{
	char text[16];
	read_text(folder, name, text, sizeof text);
	unsigned long value = strtoul(text, NULL, 10);
	return value < 256 ? (unsigned)value : 0;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct endpoints {
	const char *list[8];
	size_t n;
};

static void join(struct endpoints *endpoints, char ret[USB_WORD_BYTES])
{
	qsort(endpoints->list, endpoints->n, sizeof endpoints->list[0], by_text);
	size_t at = 0;
	for (size_t i = 0; i < endpoints->n && at < USB_WORD_BYTES; i++)
		at += (size_t)snprintf(
			ret + at, USB_WORD_BYTES - at, "%s%s", i ? "," : "", endpoints->list[i]);
	endpoints->n = 0;
}

static void add_endpoint(struct endpoints *endpoints, const uint8_t *descriptor)
{
	static const char *const names[4][2] = { { "control-out", "control-in" },
		{ "isochronous-out", "isochronous-in" }, { "bulk-out", "bulk-in" },
		{ "interrupt-out", "interrupt-in" } };
	if (endpoints->n < ARRAY_SIZE(endpoints->list))
		endpoints->list[endpoints->n++] = names[descriptor[3] & 3][descriptor[2] >> 7];
}

/* Where the active configuration begins; where the first does when there is no such. */
static size_t find_configuration(const uint8_t *data, size_t size, unsigned active)
{
	size_t first = DEVICE_BYTES;
	for (size_t at = first; at + 2 <= size && data[at] >= 2 && data[at] <= size - at;
		at += data[at])
		if (data[at + 1] == TYPE_CONFIGURATION && data[at] >= 9 && data[at + 5] == active)
			return at;
	return first;
}

/* An interface on its way through the descriptors. */
struct setting {
	struct usb_facts *facts;
	size_t row; /* in facts; facts->n and above: one that is not kept */
	bool alternate;
	char class[USB_WORD_BYTES];
	struct endpoints endpoints;
};

/* An alternate setting says nothing new but where the first one has not what speaks MTP, and it has: some put their
 * endpoints there, so that they cost nothing until they are wanted. */
static void keep(struct setting *setting)
{
	struct usb_facts *facts = setting->facts;
	char list[USB_WORD_BYTES] = "";
	join(&setting->endpoints, list);
	if (setting->row >= facts->n)
		return;
	if (setting->alternate &&
		(strcmp(list, MTP_ENDPOINTS) != 0 ||
			strcmp(facts->endpoints[setting->row], MTP_ENDPOINTS) == 0))
		return;
	(void)snprintf(facts->endpoints[setting->row], USB_WORD_BYTES, "%s", list);
	(void)snprintf(facts->classes[setting->row], USB_WORD_BYTES, "%s", setting->class);
}

static void begin(struct setting *setting, const uint8_t *d)
{
	struct usb_facts *facts = setting->facts;
	keep(setting);
	setting->alternate = d[3] != 0;
	setting->row = facts->n;
	(void)snprintf(setting->class, USB_WORD_BYTES, "%02x/%02x/%02x", d[5], d[6], d[7]);
	for (size_t i = 0; setting->alternate && i < facts->n; i++)
		if (facts->numbers[i] == d[2])
			setting->row = i;
	if (!setting->alternate && facts->n < USB_INTERFACES_MAX)
		facts->numbers[facts->n++] = d[2];
}

void usb_read_descriptors(
	const uint8_t *data, size_t size, unsigned active, struct usb_facts *facts)
{
	struct setting setting = { .facts = facts, .row = USB_INTERFACES_MAX };
	unsigned configurations = 0;
	for (size_t at = find_configuration(data, size, active); at + 2 <= size; at += data[at]) {
		const uint8_t *d = data + at;
		if (d[0] < 2 || d[0] > size - at)
			break;
		if (d[1] == TYPE_CONFIGURATION && ++configurations > 1)
			break;
		if (d[1] == TYPE_CONFIGURATION && d[0] >= 9)
			facts->configuration = d[5];
		if (d[1] == TYPE_INTERFACE && d[0] >= 9)
			begin(&setting, d);
		if (d[1] == TYPE_ENDPOINT && d[0] >= 7)
			add_endpoint(&setting.endpoints, d);
	}
	keep(&setting);
}

int usb_read_facts(const char *syspath, struct usb_facts *ret)
{
	uint8_t descriptors[DESCRIPTORS_MAX_BYTES] = { 0 };
	*ret = (struct usb_facts) { 0 };
	ssize_t n = read_file(syspath, "descriptors", descriptors, sizeof descriptors);
	if (n < (ssize_t)DEVICE_BYTES)
		return n < 0 ? (int)n : -ENOENT;
	ret->vendor = read_hex(syspath, "idVendor");
	ret->product = read_hex(syspath, "idProduct");
	(void)snprintf(ret->id, sizeof ret->id, "%04x:%04x", ret->vendor, ret->product);
	read_text(syspath, "serial", ret->serial, sizeof ret->serial);
	read_text(syspath, "manufacturer", ret->maker, sizeof ret->maker);
	read_text(syspath, "product", ret->model, sizeof ret->model);
	usb_read_descriptors(
		descriptors, (size_t)n, read_decimal(syspath, "bConfigurationValue"), ret);
	const char *port = strrchr(syspath, '/');
	for (size_t i = 0; port && i < ret->n; i++) {
		char name[USB_WORD_BYTES * 2];
		(void)snprintf(name, sizeof name, "%.64s:%u.%u/interface", port + 1,
			ret->configuration, ret->numbers[i]);
		read_text(syspath, name, ret->interfaces[i], sizeof ret->interfaces[i]);
	}
	return 0;
}

bool usb_match(
	const struct devices *devices, const struct usb_facts *facts, struct device_usb_match *ret)
{
	const char *ids[2] = { facts->id }, *classes[WORDS_MAX] = { NULL },
		   *interfaces[WORDS_MAX] = { NULL }, *endpoints[WORDS_MAX] = { NULL };
	for (size_t i = 0; i < facts->n; i++) {
		classes[i] = facts->classes[i];
		interfaces[i] = facts->interfaces[i];
		endpoints[i] = facts->endpoints[i];
	}
	const struct device_usb_facts words = {
		.ids = ids, .classes = classes, .interfaces = interfaces, .endpoints = endpoints
	};
	return devices_match_usb(devices, &words, ret);
}

int usb_mtp_interface(const struct usb_facts *facts)
{
	int named = -1, classed = -1, only = -1;
	unsigned fit = 0;
	for (size_t i = facts->n; i-- > 0;) {
		if (strcmp(facts->endpoints[i], MTP_ENDPOINTS) != 0)
			continue;
		only = facts->numbers[i];
		fit++;
		if (strcasestr(facts->interfaces[i], MTP_NAME))
			named = facts->numbers[i];
		if (strcmp(facts->classes[i], MTP_CLASS) == 0)
			classed = facts->numbers[i];
	}
	return named >= 0 ? named : classed >= 0 ? classed : fit == 1 ? only : -1;
}

void usb_name(
	const struct usb_facts *facts, const struct device_usb_match *match, char *ret, size_t room)
{
	const char *name = match->model;
	unsigned product = facts->product >= GARMIN_MTP_BASE ? facts->product - GARMIN_MTP_BASE
							     : facts->product & GARMIN_DRIVE_MASK;
	if (match->garmin_numbers)
		name = fit_product_name(GARMIN_FIT_MANUFACTURER, (uint16_t)product);
	if (!name && *facts->model)
		name = facts->model;
	if (name)
		(void)snprintf(ret, room, "%s", name);
	else
		(void)snprintf(ret, room, "%s %s",
			match->maker    ? match->maker
			: *facts->maker ? facts->maker
					: "device",
			facts->id);
}

void usb_describe(
	const struct usb_facts *facts, const struct device_usb_match *match, struct usb_watch *ret)
{
	static const struct device_usb_match unknown = { .name = "",
		.transport = DEVICE_TRANSPORT_DRIVE };
	if (!match)
		match = &unknown;
	*ret = (struct usb_watch) { .transport = match->transport,
		.interface = usb_mtp_interface(facts) };
	usb_name(facts, match, ret->name, sizeof ret->name);
	(void)snprintf(ret->serial, sizeof ret->serial, "%s", facts->serial);
	(void)snprintf(ret->id, sizeof ret->id, "%.9s", facts->id);
	(void)snprintf(ret->section, sizeof ret->section, "%s", match->name);
	ret->has_maker = match->maker != NULL;
	(void)snprintf(ret->advice, sizeof ret->advice, "%s", match->advice ? match->advice : "");
}

void usb_source(const struct usb_watch *watch, char ret[WATCH_SOURCE_BYTES])
{
	(void)snprintf(
		ret, WATCH_SOURCE_BYTES, "watch:%.57s", *watch->serial ? watch->serial : watch->id);
}
