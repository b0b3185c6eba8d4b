/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "garmin/garmin_device.h"

#include "base/cleanup.h"
#include "xml/xml_sax.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include <libxml/xmlerror.h>

#define DEPTH_MAX 300u /* libxml2 refuses deeper nesting than 256 by itself */
#define TEXT_BYTES 512u

enum element {
	OTHER,
	DEVICE,
	MASS_STORAGE_MODE,
	DATA_TYPE,
	TYPE_NAME,
	TYPE_FILE,
	LOCATION,
	PATH,
	BASE_NAME,
	DIRECTION,
	ELEMENT_COUNT,
};

/* Each has a meaning in one place only. */
static const struct {
	const char *name;
	enum element in;
} elements[ELEMENT_COUNT] = {
	[DEVICE] = { "Device", OTHER }, /* the root */
	[MASS_STORAGE_MODE] = { "MassStorageMode", DEVICE },
	[DATA_TYPE] = { "DataType", MASS_STORAGE_MODE },
	[TYPE_NAME] = { "Name", DATA_TYPE },
	[TYPE_FILE] = { "File", DATA_TYPE },
	[LOCATION] = { "Location", TYPE_FILE },
	[PATH] = { "Path", LOCATION },
	[BASE_NAME] = { "BaseName", LOCATION },
	[DIRECTION] = { "TransferDirection", TYPE_FILE },
};

static const struct {
	const char *name;
	enum garmin_use use;
	bool output_only; /* what goes both ways are courses and workouts */
} types[] = {
	{ "FIT_TYPE_4", GARMIN_USE_ACTIVITY, false },
	{ "FITBinary", GARMIN_USE_ACTIVITY, true },
	{ "FitnessHistory", GARMIN_USE_ACTIVITY, false },
	{ "FIT_TYPE_32", GARMIN_USE_WELLNESS, false },
	{ "FIT_TYPE_44", GARMIN_USE_WELLNESS, false },
	{ "FIT_TYPE_49", GARMIN_USE_WELLNESS, false },
	{ "FIT_TYPE_68", GARMIN_USE_WELLNESS, false },
};

struct reader {
	struct xml_pass pass; /* first, as xml_run() wants it */
	struct garmin_device *device;
	unsigned depth;
	uint8_t stack[DEPTH_MAX]; /* enum element */
	char text[TEXT_BYTES];    /* of the innermost element that has a meaning */
	size_t text_n;            /* may exceed what is kept */

	char type[TEXT_BYTES]; /* the DataType that is open: its name */
	char path[TEXT_BYTES], begin[TEXT_BYTES], direction[TEXT_BYTES]; /* of the File */
};

static enum element find(enum element in, const char *name)
{
	for (int i = DEVICE; i < ELEMENT_COUNT; i++)
		if (elements[i].in == in && strcmp(elements[i].name, name) == 0)
			return (enum element)i;
	return OTHER;
}

static enum element innermost(const struct reader *reader)
{
	return reader->depth && reader->depth <= DEPTH_MAX
		       ? (enum element)reader->stack[reader->depth - 1]
		       : OTHER;
}

static void on_start(void *userdata, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
	int namespaces_n, const xmlChar **namespaces, int attributes_n, int defaulted_n,
	const xmlChar **attributes)
{
	(void)prefix, (void)uri, (void)namespaces_n, (void)namespaces, (void)attributes_n;
	(void)defaulted_n, (void)attributes;
	struct reader *reader = userdata;
	/* nothing but the root has a meaning outside of what has one */
	enum element parent = innermost(reader);
	enum element element =
		parent == OTHER && reader->depth ? OTHER : find(parent, (const char *)name);
	if (reader->depth == 0 && element != DEVICE) {
		xml_stop(&reader->pass, -EBADMSG, "not a GarminDevice file");
		return;
	}
	if (reader->depth < DEPTH_MAX)
		reader->stack[reader->depth] = (uint8_t)element;
	reader->depth++;
	reader->text_n = 0;
	if (element == DATA_TYPE)
		reader->type[0] = '\0';
	if (element == TYPE_FILE)
		reader->path[0] = reader->begin[0] = reader->direction[0] = '\0';
}

/* One path of folders below the root, without slashes around it. Returns false when it is none. */
static bool clean_path(char *path)
{
	size_t size = strlen(path), begin = strspn(path, "/");
	while (size > begin && path[size - 1] == '/')
		path[--size] = '\0';
	memmove(path, path + begin, size + 1 - begin);
	if (!*path || strlen(path) >= GARMIN_PATH_BYTES)
		return false;
	for (const char *at = path; *at;) {
		size_t n = strcspn(at, "/");
		if (!n || (n == 1 && at[0] == '.') || (n == 2 && at[0] == '.' && at[1] == '.'))
			return false;
		for (size_t i = 0; i < n; i++)
			if ((unsigned char)at[i] < 0x20 || at[i] == 0x7f)
				return false;
		at += n + (at[n] == '/');
	}
	return true;
}

static void copy_text(char *ret, size_t room, const char *text)
{
	size_t n = strnlen(text, room - 1);
	memcpy(ret, text, n);
	ret[n] = '\0';
}

static void add(
	struct garmin_device *device, enum garmin_use use, const char *path, const char *begin)
{
	for (size_t i = 0; i < device->n; i++) {
		struct garmin_folder *known = &device->folders[i];
		if (known->use != use || strcmp(known->path, path) != 0)
			continue;
		if (strcmp(known->begin, begin) != 0)
			known->begin[0] = '\0'; /* several kinds of names: all */
		return;
	}
	if (device->n == GARMIN_FOLDERS_MAX)
		return;
	struct garmin_folder *folder = &device->folders[device->n++];
	folder->use = use;
	copy_text(folder->path, sizeof folder->path, path);
	copy_text(folder->begin, sizeof folder->begin, begin);
}

/* A File is complete. */
static void take_file(struct reader *reader)
{
	bool out = strcasecmp(reader->direction, "OutputFromUnit") == 0;
	bool both = strcasecmp(reader->direction, "InputOutput") == 0;
	if ((!out && !both) || !clean_path(reader->path))
		return;
	/* a beginning that cannot be kept would leave files out */
	if (strlen(reader->begin) >= GARMIN_BEGIN_BYTES)
		reader->begin[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (strcasecmp(types[i].name, reader->type) == 0 && (out || !types[i].output_only))
			add(reader->device, types[i].use, reader->path, reader->begin);
}

/* The text of an element that ends; one that is too long counts as empty. */
static void take_text(const struct reader *reader, char ret[TEXT_BYTES])
{
	size_t n = reader->text_n < TEXT_BYTES ? reader->text_n : 0;
	while (n && xml_is_blank(reader->text[n - 1]))
		n--;
	memcpy(ret, reader->text, n);
	ret[n] = '\0';
}

static void on_end(void *userdata, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	(void)name, (void)prefix, (void)uri;
	struct reader *reader = userdata;
	enum element element = innermost(reader);
	if (!reader->depth)
		return;
	reader->depth--;
	switch (element) {
	case TYPE_NAME:
		take_text(reader, reader->type);
		break;
	case PATH:
		take_text(reader, reader->path);
		break;
	case BASE_NAME:
		take_text(reader, reader->begin);
		break;
	case DIRECTION:
		take_text(reader, reader->direction);
		break;
	case TYPE_FILE:
		take_file(reader);
		break;
	default:
		break;
	}
	reader->text_n = 0;
}

static void on_text(void *userdata, const xmlChar *text, int size)
{
	struct reader *reader = userdata;
	const char *at = (const char *)text;
	size_t left = size > 0 ? (size_t)size : 0;
	while (!reader->text_n && left && xml_is_blank(*at)) {
		at++;
		left--;
	}
	size_t kept = reader->text_n < TEXT_BYTES ? reader->text_n : TEXT_BYTES;
	size_t room = TEXT_BYTES - kept;
	memcpy(reader->text + kept, at, left < room ? left : room);
	reader->text_n = kept + left; /* the file's size bounds it */
}

static int parse(struct reader *reader, const uint8_t *data, size_t size)
{
	const xmlSAXHandler handler = {
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.cdataBlock = on_text,
		.ignorableWhitespace = on_text,
	};
	int r = xml_run(&reader->pass, data, size, &handler);
	if (r == 0)
		r = reader->pass.stop;
	return r == 0 && reader->pass.why.what ? -EBADMSG : r;
}

int garmin_device_decode(
	const uint8_t *data, size_t size, struct garmin_device *ret, struct parse_error *err)
{
	if (size > GARMIN_DEVICE_MAX_BYTES)
		return parse_fail(err, -EFBIG, GARMIN_DEVICE_MAX_BYTES, "larger than 4 MiB");
	size_t skipped = xml_leading(data, size);
	if (skipped == size)
		return parse_fail(err, -EBADMSG, 0, "the file is empty");
	AUTO_FREE struct garmin_device *device = calloc(1, sizeof *device);
	AUTO_FREE struct reader *reader = calloc(1, sizeof *reader);
	if (!device || !reader)
		return parse_fail(err, -ENOMEM, 0, "out of memory");
	reader->device = device;
	reader->pass.skipped = skipped;
	int r = parse(reader, data + skipped, size - skipped);
	if (r < 0)
		return parse_fail(err, r, reader->pass.why.offset,
			reader->pass.why.what ? reader->pass.why.what : "out of memory");
	*ret = *device;
	return 0;
}
