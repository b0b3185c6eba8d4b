/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The testbed: sysfs, the node, and what udev says of them. */
#include "usb/usbfs.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <umockdev.h>

#define PLUGS_MAX 120u
#define PRELOAD_LIBRARY "libumockdev-preload.so.0"

struct watch {
	UMockdevTestbed *bed;
	GMutex lock;
	struct watch_profile profile;
	struct watch_counts counts;
	struct wire *
		wires[PLUGS_MAX]; /* owned: one for each plug-in, whoever still has the node open */
	struct usbfs *nodes[PLUGS_MAX];
	unsigned plugs;
	bool plugged;
	unsigned interface, configuration; /* since it was plugged in */
	char node[64];
};

#define HUB_PATH "/sys/devices/pci0000:00/0000:00:14.0/usb1"
#define DEVICE_PATH HUB_PATH "/1-1"

static void add_line(GString *to, const char *key, const char *value)
{
	if (value)
		g_string_append_printf(to, "A: %s=%s\\n\n", key, value);
}

static void describe_device(const struct watch *watch, unsigned number, GString *to)
{
	const struct watch_profile *p = &watch->profile;
	uint8_t raw[WIRE_DESCRIPTORS_BYTES];
	size_t n = wire_descriptors(p, raw);
	g_string_append_printf(to, "P: %s\nN: bus/usb/001/%03u=", &DEVICE_PATH[4], number);
	for (size_t i = 0; i < n; i++)
		g_string_append_printf(to, "%02X", raw[i]);
	g_string_append_printf(to,
		"\nE: DEVNAME=/dev/bus/usb/001/%03u\nE: DEVTYPE=usb_device\nE: DRIVER=usb\nE: "
		"SUBSYSTEM=usb\n"
		"E: BUSNUM=001\nE: DEVNUM=%03u\nE: MAJOR=189\nE: MINOR=%u\nE: PRODUCT=%x/%x/1\n"
		"E: TYPE=%u/0/0\nE: ID_VENDOR_ID=%04x\nE: ID_MODEL_ID=%04x\n",
		number, number, number - 1, p->vendor, p->product, p->device_class, p->vendor,
		p->product);
	if (p->serial)
		g_string_append_printf(to, "E: ID_SERIAL_SHORT=%s\n", p->serial);
	g_string_append_printf(to,
		"A: idVendor=%04x\\n\nA: idProduct=%04x\\n\nA: bDeviceClass=%02x\\n\n"
		"A: bDeviceSubClass=00\\n\nA: bDeviceProtocol=00\\n\nA: bcdDevice=0001\\n\n"
		"A: bNumConfigurations=%u\\n\nA: bConfigurationValue=%u\\n\nA: bNumInterfaces= "
		"%u\\n\n"
		"A: busnum=1\\n\nA: devnum=%u\\n\nA: devpath=1\\n\nA: speed=%s\\n\nA: version= "
		"2.00\\n\n",
		p->vendor, p->product, p->device_class, p->other_configuration ? 2 : 1,
		wire_configuration(p), p->interface + 1, number,
		p->packet_bytes == 64 ? "12" : "480");
	add_line(to, "serial", p->serial);
	add_line(to, "manufacturer", p->maker);
	add_line(to, "product", p->model_string);
	g_string_append(to, "H: descriptors=");
	for (size_t i = 0; i < n; i++)
		g_string_append_printf(to, "%02X", raw[i]);
	g_string_append(to, "\n\n");
}

static void describe_endpoint(const struct watch *watch, GString *to, unsigned address,
	const char *type, const char *direction)
{
	g_string_append_printf(to,
		"P: %s/1-1:%u.%u/ep_%02x\nE: SUBSYSTEM=usb_endpoint\n"
		"A: bEndpointAddress=%02x\\n\nA: type=%s\\n\nA: direction=%s\\n\n\n",
		&DEVICE_PATH[4], watch->configuration, watch->interface, address, address, type,
		direction);
}

static void describe_decoy(const struct watch *watch, unsigned number, GString *to)
{
	const struct watch_profile *p = &watch->profile;
	const char *class = p->decoys_alike ? "255/255/0" : "2/2/1";
	g_string_append_printf(to,
		"P: %s/1-1:%u.%u\nE: DEVTYPE=usb_interface\nE: SUBSYSTEM=usb\nE: PRODUCT=%x/%x/1\n"
		"E: INTERFACE=%s\nA: bInterfaceNumber=%02x\\n\n",
		&DEVICE_PATH[4], watch->configuration, number, p->vendor, p->product, class,
		number);
	add_line(to, "interface", p->decoys_alike ? "Debug" : NULL);
	g_string_append(to, "\n");
}

static void describe_interface(const struct watch *watch, GString *to)
{
	const struct watch_profile *p = &watch->profile;
	g_string_append_printf(to,
		"P: %s/1-1:%u.%u\nE: DEVTYPE=usb_interface\nE: SUBSYSTEM=usb\nE: PRODUCT=%x/%x/1\n"
		"E: INTERFACE=%u/%u/%u\nA: bInterfaceNumber=%02x\\n\nA: bAlternateSetting= 0\\n\n"
		"A: bNumEndpoints=03\\n\nA: bInterfaceClass=%02x\\n\nA: "
		"bInterfaceSubClass=%02x\\n\n"
		"A: bInterfaceProtocol=%02x\\n\n",
		&DEVICE_PATH[4], watch->configuration, watch->interface, p->vendor, p->product,
		p->class, p->subclass, p->protocol, watch->interface, p->class, p->subclass,
		p->protocol);
	add_line(to, "interface", p->interface_name);
	g_string_append(to, "\n");
}

static bool add_to_bed(struct watch *watch, const char *text)
{
	GError *error = NULL;
	if (umockdev_testbed_add_from_string(watch->bed, text, &error))
		return true;
	(void)fprintf(stderr, "watch: %s\n", error ? error->message : "the testbed refuses");
	g_clear_error(&error);
	return false;
}

static struct wire *new_wire(struct watch *watch)
{
	struct wire *wire = calloc(1, sizeof *wire);
	if (!wire)
		return NULL;
	*wire = (struct wire) { .profile = &watch->profile, .counts = &watch->counts };
	wire->responder.profile = &watch->profile;
	if (watch->profile.session_open) {
		wire->responder.session = true;
		wire->responder.session_id = 0x2a;
	}
	if (tree_load(watch->profile.root, &wire->responder.tree))
		return wire;
	free(wire);
	return NULL;
}

static bool attach(struct watch *watch)
{
	unsigned number = watch->plugs + 4;
	struct wire *wire = new_wire(watch);
	struct usbfs *node = wire ? usbfs_new(wire, &watch->lock, (uint8_t)number) : NULL;
	watch->wires[watch->plugs] = wire;
	watch->nodes[watch->plugs] = node;
	watch->plugs++;
	(void)snprintf(watch->node, sizeof watch->node, "/dev/bus/usb/001/%03u", number);
	GError *error = NULL;
	if (node &&
		umockdev_testbed_attach_ioctl(watch->bed, watch->node, usbfs_handler(node), &error))
		return true;
	(void)fprintf(stderr, "watch: %s\n", error ? error->message : "the folder cannot be read");
	g_clear_error(&error);
	return false;
}

bool watch_plug(struct watch *watch)
{
	if (watch->plugged || watch->plugs == PLUGS_MAX || !attach(watch))
		return false;
	GString *text = g_string_new(NULL);
	watch->interface = watch->profile.interface;
	watch->configuration = wire_configuration(&watch->profile);
	describe_device(watch, watch->plugs + 3, text);
	for (unsigned i = 0; i < watch->interface; i++)
		describe_decoy(watch, i, text);
	describe_interface(watch, text);
	describe_endpoint(watch, text, 0x81, "Bulk", "in");
	describe_endpoint(watch, text, 0x02, "Bulk", "out");
	describe_endpoint(watch, text, 0x83, "Interrupt", "in");
	watch->plugged = add_to_bed(watch, text->str);
	g_string_free(text, TRUE);
	return watch->plugged;
}

void watch_unplug(struct watch *watch)
{
	if (!watch->plugged)
		return;
	watch->plugged = false;
	g_mutex_lock(&watch->lock);
	watch->wires[watch->plugs - 1]->gone = true;
	g_mutex_unlock(&watch->lock);
	/* it removes no links of what is below a device, so each goes by itself */
	static const char *const below[] = { "/ep_81", "/ep_02", "/ep_83", "" };
	char path[256];
	for (unsigned i = 0; i <= watch->interface; i++) {
		(void)snprintf(
			path, sizeof path, DEVICE_PATH "/1-1:%u.%u", watch->configuration, i);
		umockdev_testbed_uevent(watch->bed, path, "remove");
	}
	umockdev_testbed_uevent(watch->bed, DEVICE_PATH, "remove");
	for (unsigned i = 0; i <= watch->interface; i++)
		for (size_t j = i < watch->interface ? 3 : 0; j < sizeof below / sizeof *below;
			j++) {
			(void)snprintf(path, sizeof path, DEVICE_PATH "/1-1:%u.%u%s",
				watch->configuration, i, below[j]);
			umockdev_testbed_remove_device(watch->bed, path);
		}
	umockdev_testbed_remove_device(watch->bed, DEVICE_PATH);
}

bool watch_is_plugged(struct watch *watch)
{
	return watch->plugged;
}

const char *watch_node(const struct watch *watch)
{
	return watch->node;
}

const struct watch_counts *watch_counts(struct watch *watch)
{
	return &watch->counts;
}

void watch_forget_counts(struct watch *watch)
{
	g_mutex_lock(&watch->lock);
	memset(&watch->counts, 0, sizeof watch->counts);
	g_mutex_unlock(&watch->lock);
}

void watch_change(struct watch *watch, const struct watch_profile *profile)
{
	g_mutex_lock(&watch->lock);
	watch->profile = *profile;
	for (unsigned i = 0; i < watch->plugs; i++)
		memset(watch->wires[i]->seen, 0, sizeof watch->wires[i]->seen);
	g_mutex_unlock(&watch->lock);
}

struct watch *watch_free(struct watch *watch)
{
	if (!watch)
		return NULL;
	for (unsigned i = 0; i < watch->plugs; i++) {
		char node[64];
		(void)snprintf(node, sizeof node, "/dev/bus/usb/001/%03u", i + 4);
		(void)umockdev_testbed_detach_ioctl(watch->bed, node, NULL);
		watch->nodes[i] = usbfs_free(watch->nodes[i]);
		if (watch->wires[i]) {
			wire_drop(watch->wires[i]);
			tree_done(&watch->wires[i]->responder.tree);
			free(watch->wires[i]);
		}
	}
	g_object_unref(watch->bed);
	g_mutex_clear(&watch->lock);
	free(watch);
	return NULL;
}

struct watch *watch_new(const struct watch_profile *profile)
{
	static const char hub[] =
		"P: /devices/pci0000:00/0000:00:14.0/usb1\n"
		"N: bus/usb/001/001=12010002090001406B1D02000600030201010902190001010"
		"0E0000904000001090000000705810304000C\n"
		"E: DEVNAME=/dev/bus/usb/001/001\nE: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\nE: "
		"BUSNUM=001\n"
		"E: DEVNUM=001\nE: MAJOR=189\nE: MINOR=0\nE: PRODUCT=1d6b/2/600\nE: TYPE=9/0/1\n"
		"A: idVendor=1d6b\\n\nA: idProduct=0002\\n\nA: bDeviceClass=09\\n\nA: "
		"bConfigurationValue=1\\n\n"
		"A: busnum=1\\n\nA: devnum=1\\n\nA: devpath=0\\n\nA: speed=480\\n\n"
		"H: "
		"descriptors="
		"12010002090001406B1D020006000302010109021900010100E0000904000001090000000705"
		"810304000C\n\n";
	struct watch *watch = calloc(1, sizeof *watch);
	if (!watch)
		return NULL;
	watch->bed = umockdev_testbed_new();
	watch->profile = *profile;
	g_mutex_init(&watch->lock);
	return add_to_bed(watch, hub) ? watch : watch_free(watch);
}

bool watch_is_gone(struct watch *watch)
{
	g_mutex_lock(&watch->lock);
	bool gone = watch->plugs && watch->wires[watch->plugs - 1]->gone;
	g_mutex_unlock(&watch->lock);
	return gone;
}

int watch_spawn(struct watch *watch, const char *const *arguments, int *ret_pid_fd)
{
	(void)watch; /* made, so that UMOCKDEV_DIR is set */
	pid_t pid = -1;
	if (posix_spawnp(&pid, arguments[0], NULL, NULL, (char *const *)arguments, environ) != 0)
		return -1;
	*ret_pid_fd = (int)syscall(SYS_pidfd_open, pid, 0);
	return pid;
}

/* A sanitizer's library must come before any other: as this program has it. */
static void find_sanitizer(char *ret, size_t room)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[1024];
	*ret = '\0';
	while (maps && fgets(line, sizeof line, maps)) {
		char *path = strchr(line, '/');
		if (!path || !strstr(path, "/libasan.so"))
			continue;
		path[strcspn(path, "\n")] = '\0';
		(void)snprintf(ret, room, "%s:", path);
		break;
	}
	if (maps)
		(void)fclose(maps);
}

void watch_preload(char **argv)
{
	const char *preloaded = getenv("LD_PRELOAD");
	if (preloaded && strstr(preloaded, PRELOAD_LIBRARY))
		return;
	char first[512], all[600];
	find_sanitizer(first, sizeof first);
	(void)snprintf(all, sizeof all, "%s" PRELOAD_LIBRARY, first);
	(void)setenv("LD_PRELOAD", all, 1);
	(void)execv("/proc/self/exe", argv);
	perror("watch: cannot start anew");
	_exit(3);
}
