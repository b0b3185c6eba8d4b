/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/volumes.h"

#include "base/cleanup.h"
#include "base/num.h"
#include "device/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>

#define MOUNTS_PATH "/proc/self/mountinfo"
#define MOUNTS_FIRST_BYTES 16384u
#define MOUNTS_MAX_BYTES (4u << 20) /* many thousand mounts */
#define SYSFS_DEVICES "/sys/devices/"

/* All of the list in one text, which the kernel keeps in step over the reads. */
static int read_mounts(char **ret)
{
	AUTO_CLOSE int fd = open(MOUNTS_PATH, O_RDONLY | O_CLOEXEC);
	AUTO_FREE char *text = NULL;
	size_t size = 0, room = 0;
	if (fd < 0)
		return -errno;
	for (;;) {
		if (size + 1 >= room) {
			room = room ? room * 2 : MOUNTS_FIRST_BYTES;
			char *grown = room <= MOUNTS_MAX_BYTES ? realloc(text, room) : NULL;
			if (!grown)
				return room <= MOUNTS_MAX_BYTES ? -ENOMEM : -EFBIG;
			text = grown;
		}
		ssize_t n = read(fd, text + size, room - size - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		size += (size_t)n;
	}
	text[size] = '\0';
	*ret = TAKE_PTR(text);
	return 0;
}

bool volumes_usb_parent(const char *syspath, char ret[PATH_MAX])
{
	char path[PATH_MAX + sizeof "/idVendor"];
	if (strncmp(syspath, SYSFS_DEVICES, strlen(SYSFS_DEVICES)) != 0 ||
		snprintf(ret, PATH_MAX, "%s", syspath) >= PATH_MAX)
		return false;
	for (char *slash; (slash = strrchr(ret, '/')) - ret > (long)strlen(SYSFS_DEVICES);) {
		*slash = '\0';
		(void)snprintf(path, sizeof path, "%s/idVendor", ret);
		if (access(path, F_OK) == 0)
			return true;
	}
	return false;
}

static unsigned read_plug(const char *usb)
{
	char path[PATH_MAX + sizeof "/devnum"], text[16];
	(void)snprintf(path, sizeof path, "%s/devnum", usb);
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
	text[n > 0 ? n : 0] = '\0';
	int64_t plug = 0;
	(void)num_int(text, strcspn(text, "\n"), 0, INT32_MAX, &plug);
	return (unsigned)plug;
}

static bool read_line(const struct mount_line *line, struct volume *ret)
{
	char number[64], syspath[PATH_MAX];
	(void)snprintf(number, sizeof number, "/sys/dev/block/%u:%u", line->major, line->minor);
	if (strcmp(line->root, "/") != 0 || strlen(line->point) >= sizeof ret->mount ||
		!realpath(number, syspath) || !volumes_usb_parent(syspath, ret->usb))
		return false;
	(void)snprintf(ret->name, sizeof ret->name, "%.31s", strrchr(syspath, '/') + 1);
	(void)snprintf(ret->mount, sizeof ret->mount, "%s", line->point);
	ret->major = line->major;
	ret->minor = line->minor;
	ret->id = line->id;
	ret->plug = read_plug(ret->usb);
	ret->read_only = line->read_only;
	return true;
}

int volumes_find(struct volume *ret)
{
	AUTO_FREE char *text = NULL;
	int r = read_mounts(&text), n = 0;
	if (r < 0)
		return r;
	char *at = text;
	for (struct mount_line line; n < (int)VOLUMES_MAX && mounts_next(&at, &line);)
		n += read_line(&line, &ret[n]);
	return n;
}

bool volumes_find_part(const struct volume *volume, char ret[PATH_MAX])
{
	AUTO_FREE char *text = NULL;
	if (read_mounts(&text) < 0)
		return false;
	char *at = text;
	for (struct mount_line line; mounts_next(&at, &line);)
		if (line.major == volume->major && line.minor == volume->minor &&
			strcmp(line.root, "/") != 0) {
			(void)snprintf(ret, PATH_MAX, "%s", line.point);
			return true;
		}
	return false;
}

bool volume_is(const struct volume *a, const struct volume *b)
{
	return a->major == b->major && a->minor == b->minor && a->id == b->id &&
	       a->plug == b->plug && strcmp(a->usb, b->usb) == 0 && strcmp(a->mount, b->mount) == 0;
}

bool volume_describe(
	const struct volume *volume, const struct devices *devices, struct usb_watch *ret)
{
	struct usb_facts facts;
	struct device_usb_match match;
	if (usb_read_facts(volume->usb, &facts) < 0)
		return false;
	bool known = usb_match(devices, &facts, &match);
	if (known && match.transport != DEVICE_TRANSPORT_DRIVE)
		return false;
	usb_describe(&facts, known ? &match : NULL, ret);
	(void)snprintf(ret->node, sizeof ret->node, "/dev/%s", volume->name);
	return true;
}
