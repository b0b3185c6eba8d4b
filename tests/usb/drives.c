/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead-drive-sim: an emulated bus (umockdev) with drives on it: a device on USB, below it a disk with a file
 * system. What the file system holds, and mounting it, is somebody else's business (drive.py). */
#include "usb/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <umockdev.h>

#define PORTS 8u
#define HUB "/devices/pci0000:00/0000:00:14.0/usb1"

static const char usage_text[] =
	"knead-drive-sim --control=FIFO --serve=FILE\n"
	"  FILE holds the environment in which programs see the bus. The FIFO takes one line "
	"each:\n"
	"  plug PORT VENDOR PRODUCT SERIAL CLASS [NAME]   a device with one interface of that "
	"class "
	"(hex); with + behind it, one that speaks MTP as well; NAME, if any, is the first one's\n"
	"  disk PORT NAME MAJOR MINOR              its disk, with a FAT file system\n"
	"  leave PORT                              its disk leaves, which the kernel tells before "
	"it forgets\n"
	"  unplug PORT, quit\n";

struct port {
	bool plugged;
	char disk[32]; /* "": none */
	unsigned major, minor;
};

struct bus {
	UMockdevTestbed *bed;
	struct port ports[PORTS];
	unsigned plugs;
	int control_fd;
	char line[1024];
	size_t n;
};

static bool add(struct bus *bus, GString *text)
{
	GError *error = NULL;
	bool done = umockdev_testbed_add_from_string(bus->bed, text->str, &error);
	if (!done)
		(void)fprintf(stderr, "drives: %s\n", error->message);
	g_clear_error(&error);
	g_string_free(text, TRUE);
	return done;
}

static bool add_hub(struct bus *bus)
{
	GString *text = g_string_new(
		"P: " HUB "\nE: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\nA: idVendor=1d6b\\n\n"
		"A: idProduct=0002\\n\nA: bDeviceClass=09\\n\nA: devnum=1\\n\n"
		"H: descriptors=12010002090001406B1D0200060003020101\n\n");
	return add(bus, text);
}

static void plug(struct bus *bus, unsigned port, unsigned vendor, unsigned product,
	const char *serial, unsigned class, bool mtp, const char *interface)
{
	unsigned number = ++bus->plugs + 1;
	GString *text = g_string_new(NULL);
	g_string_append_printf(text,
		"P: " HUB "/1-%u\nN: bus/usb/001/%03u\nE: DEVNAME=/dev/bus/usb/001/%03u\nE: "
		"DEVTYPE=usb_device\nE: SUBSYSTEM=usb\nE: BUSNUM=001\nE: DEVNUM=%03u\nE: "
		"MAJOR=189\n"
		"E: MINOR=%u\nA: idVendor=%04x\\n\nA: idProduct=%04x\\n\nA: devnum=%u\\n\n"
		"A: busnum=1\\n\n",
		port, number, number, number, number - 1, vendor, product, number);
	if (strcmp(serial, "-") != 0)
		g_string_append_printf(text, "A: serial=%s\\n\n", serial);
	/* device, configuration, interface, bulk in, bulk out; an interface that speaks MTP, its endpoints */
	g_string_append_printf(text,
		"H: descriptors=1201000200000040%02X%02X%02X%02X0001000005010902%02X00%02X0100C032"
		"0904000002%02X06500007058102000200"
		"07050202000200%s\n\n",
		vendor & 0xff, vendor >> 8, product & 0xff, product >> 8, mtp ? 62 : 32,
		mtp ? 2 : 1, class,
		mtp ? "0904010003060101000705830200020007050402000200070585031C0006" : "");
	g_string_append_printf(text,
		"P: " HUB "/1-%u/1-%u:1.0\nE: DEVTYPE=usb_interface\nE: SUBSYSTEM=usb\n"
		"A: bInterfaceClass=%02x\\n\nA: bInterfaceNumber=00\\n\n",
		port, port, class);
	if (*interface)
		g_string_append_printf(text, "A: interface=%s\\n\n", interface);
	g_string_append(text, "\n");
	bus->ports[port].plugged = add(bus, text);
}

static void disk_path(unsigned port, const char *disk, char *ret, size_t room)
{
	(void)snprintf(ret, room, HUB "/1-%u/1-%u:1.0/host%u/target%u:0:0/%u:0:0:0/block/%s", port,
		port, port, port, port, disk);
}

static void add_disk(
	struct bus *bus, unsigned port, const char *name, unsigned major, unsigned minor)
{
	char path[256];
	disk_path(port, name, path, sizeof path);
	GString *text = g_string_new(NULL);
	g_string_append_printf(text,
		"P: %s\nN: %s\nE: DEVNAME=/dev/%s\nE: DEVTYPE=disk\nE: SUBSYSTEM=block\nE: "
		"MAJOR=%u\n"
		"E: MINOR=%u\nE: ID_FS_USAGE=filesystem\nE: ID_FS_TYPE=vfat\nA: dev=%u:%u\\n\n"
		"A: removable=1\\n\n\n",
		path, name, name, major, minor, major, minor);
	struct port *at = &bus->ports[port];
	if (!add(bus, text))
		return;
	(void)snprintf(at->disk, sizeof at->disk, "%.31s", name);
	at->major = major;
	at->minor = minor;
}

static void drop(struct bus *bus, const char *path)
{
	char syspath[300];
	(void)snprintf(syspath, sizeof syspath, "/sys%s", path);
	umockdev_testbed_uevent(bus->bed, syspath, "remove");
	umockdev_testbed_remove_device(bus->bed, syspath);
}

/* The library leaves these links of a disk behind. */
static void remove_links(const struct port *port)
{
	char path[512];
	const char *root = getenv("UMOCKDEV_DIR");
	(void)snprintf(path, sizeof path, "%s/sys/block/%s", root, port->disk);
	(void)unlink(path);
	(void)snprintf(path, sizeof path, "%s/sys/dev/block/%u:%u", root, port->major, port->minor);
	(void)unlink(path);
}

static void unplug(struct bus *bus, unsigned port)
{
	char path[256];
	if (*bus->ports[port].disk) {
		disk_path(port, bus->ports[port].disk, path, sizeof path);
		drop(bus, path);
		remove_links(&bus->ports[port]);
	}
	(void)snprintf(path, sizeof path, HUB "/1-%u/1-%u:1.0", port, port);
	drop(bus, path);
	(void)snprintf(path, sizeof path, HUB "/1-%u", port);
	drop(bus, path);
	bus->ports[port] = (struct port) { 0 };
}

static void leave(struct bus *bus, unsigned port)
{
	char path[256], syspath[300];
	disk_path(port, bus->ports[port].disk, path, sizeof path);
	(void)snprintf(syspath, sizeof syspath, "/sys%s", path);
	umockdev_testbed_uevent(bus->bed, syspath, "remove");
}

/* Returns false to end. */
static bool obey(struct bus *bus, const char *line)
{
	unsigned port = 0, a = 0, b = 0, class = 0;
	char name[64];
	if (strcmp(line, "quit") == 0)
		return false;
	char mtp[2] = "", interface[32] = "";
	int at = 0, n = sscanf(line, "plug %u %x %x %63s %x%n", &port, &a, &b, name, &class, &at);
	(void)sscanf(line + at, "%1[+]", mtp);
	(void)sscanf(line + at + strlen(mtp), " %31s", interface);
	if (n == 5 && port < PORTS)
		plug(bus, port, a, b, name, class, *mtp, interface);
	else if (sscanf(line, "disk %u %31s %u %u", &port, name, &a, &b) == 4 && port < PORTS)
		add_disk(bus, port, name, a, b);
	else if (sscanf(line, "leave %u", &port) == 1 && port < PORTS && *bus->ports[port].disk)
		leave(bus, port);
	else if (sscanf(line, "unplug %u", &port) == 1 && port < PORTS && bus->ports[port].plugged)
		unplug(bus, port);
	else
		(void)fprintf(stderr, "drives: not understood: %s\n", line);
	return true;
}

static bool read_control(struct bus *bus)
{
	ssize_t n = read(bus->control_fd, bus->line + bus->n, sizeof bus->line - bus->n - 1);
	if (n <= 0)
		return n < 0 && (errno == EAGAIN || errno == EINTR);
	bus->n += (size_t)n;
	bus->line[bus->n] = '\0';
	for (char *end; (end = strchr(bus->line, '\n'));) {
		*end = '\0';
		if (!obey(bus, bus->line))
			return false;
		bus->n -= (size_t)(end + 1 - bus->line);
		memmove(bus->line, end + 1, bus->n + 1);
	}
	return bus->n + 1 < sizeof bus->line;
}

static bool say_environment(const char *path)
{
	char part[512];
	(void)snprintf(part, sizeof part, "%s.part", path);
	FILE *to = fopen(part, "we");
	if (!to)
		return false;
	(void)fprintf(to, "UMOCKDEV_DIR=%s\nLD_PRELOAD=%s\n", getenv("UMOCKDEV_DIR"),
		getenv("LD_PRELOAD"));
	(void)fclose(to);
	return rename(part, path) == 0;
}

int main(int argc, char **argv)
{
	watch_preload(argv);
	struct bus bus = { 0 };
	if (argc != 3 || strncmp(argv[1], "--control=", 10) != 0 ||
		strncmp(argv[2], "--serve=", 8) != 0) {
		(void)fputs(usage_text, stderr);
		return 2;
	}
	bus.bed = umockdev_testbed_new();
	bus.control_fd = open(argv[1] + 10, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	struct pollfd control = { .fd = bus.control_fd, .events = POLLIN };
	if (bus.control_fd < 0 || !add_hub(&bus) || !say_environment(argv[2] + 8))
		return 3;
	while (poll(&control, 1, -1) > 0 && read_control(&bus))
		;
	g_object_unref(bus.bed);
	return 0;
}
