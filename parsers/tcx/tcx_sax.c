/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tcx/tcx.h"

#include "base/cleanup.h"
#include "tcx/tcx_build.h"
#include "xml/xml_sax.h"

#include <errno.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <string.h>

/* libxml2 refuses deeper nesting than 256 elements by itself. */
#define DEPTH_MAX 300u

/* The longest text of use is a name of 63 bytes, or a number or time with blanks around it. */
#define TEXT_MAX 256u

#define CACHE_SIZE 256u

/* libxml2 hands out each name as one interned string, so its address tells the element. */
struct known_name {
	const xmlChar *address;
	enum tcx_element element;
};

struct reader {
	struct xml_pass pass; /* first, as xml_run() wants it */
	struct tcx_build build;
	unsigned depth;
	uint8_t stack[DEPTH_MAX]; /* enum tcx_element */
	enum tcx_field field;     /* whose text is being collected */
	size_t text_size;
	bool prefix_reported;
	struct known_name cache[CACHE_SIZE];
	char text[TEXT_MAX];
};

static uint64_t offset_of(void *userdata)
{
	const struct reader *reader = userdata;
	return xml_offset(&reader->pass);
}

static void stop_if(struct reader *reader, int r)
{
	if (r < 0)
		xml_stop(&reader->pass, r, r == -EFBIG ? reader->build.limit : "out of memory");
}

static enum tcx_element find(struct reader *reader, const xmlChar *name)
{
	size_t slot = ((uintptr_t)name ^ (uintptr_t)name >> 8) % CACHE_SIZE;
	struct known_name *known = &reader->cache[slot];
	if (known->address != name) {
		known->address = name;
		known->element = tcx_element_find((const char *)name, strlen((const char *)name));
	}
	return known->element;
}

/* Of the five pointers of an attribute the first is its local name, the last two are its value. */
static const char *attribute(const xmlChar **attributes, int n, const char *name, size_t *ret_size)
{
	for (int i = 0; i < n; i++, attributes += 5) {
		if (strcmp((const char *)attributes[0], name) != 0)
			continue;
		*ret_size = (size_t)(attributes[4] - attributes[3]);
		return (const char *)attributes[3];
	}
	return NULL;
}

static void on_start(void *userdata, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
	int namespaces_n, const xmlChar **namespaces, int attributes_n, int defaulted_n,
	const xmlChar **attributes)
{
	(void)prefix, (void)uri, (void)namespaces_n, (void)namespaces, (void)defaulted_n;
	struct reader *reader = userdata;
	enum tcx_element element = find(reader, name);
	if (reader->depth == 0 && element != TCX_TRAINING_CENTER_DATABASE) {
		xml_stop(&reader->pass, -EBADMSG, "not a TrainingCenterDatabase");
		return;
	}
	enum tcx_element parent = TCX_OTHER;
	if (reader->depth > 0 && reader->depth <= DEPTH_MAX)
		parent = reader->stack[reader->depth - 1];
	if (reader->depth < DEPTH_MAX)
		reader->stack[reader->depth] = (uint8_t)element;
	reader->depth++;
	reader->field = tcx_field_of(parent, element);
	reader->text_size = 0;
	if (element == TCX_OTHER)
		return;
	size_t size = 0;
	const char *value = NULL;
	if (element == TCX_ACTIVITY)
		value = attribute(attributes, attributes_n, "Sport", &size);
	else if (element == TCX_LAP)
		value = attribute(attributes, attributes_n, "StartTime", &size);
	stop_if(reader, tcx_build_open(&reader->build, element, value, size));
}

static void on_end(void *userdata, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	(void)name, (void)prefix, (void)uri;
	struct reader *reader = userdata;
	if (reader->depth == 0)
		return;
	if (--reader->depth >= DEPTH_MAX)
		return;
	if (reader->field != TCX_FIELD_NONE) {
		size_t size = reader->text_size;
		while (size && xml_is_blank(reader->text[size - 1]))
			size--;
		tcx_build_value(&reader->build, reader->field, reader->text, size);
		reader->field = TCX_FIELD_NONE;
	}
	enum tcx_element element = reader->stack[reader->depth];
	if (element != TCX_OTHER)
		stop_if(reader, tcx_build_close(&reader->build, element));
}

/* Text may come in several pieces (entities, buffer ends). Blanks in front are not kept, and
 * what does not fit is cut off. */
static void on_text(void *userdata, const xmlChar *text, int size)
{
	struct reader *reader = userdata;
	if (reader->field == TCX_FIELD_NONE || size <= 0)
		return;
	const char *at = (const char *)text;
	size_t left = (size_t)size;
	if (!reader->text_size)
		while (left && xml_is_blank(*at)) {
			at++;
			left--;
		}
	size_t room = TEXT_MAX - reader->text_size;
	if (left > room)
		left = room;
	memcpy(reader->text + reader->text_size, at, left);
	reader->text_size += left;
}

/* XML_ERR_ERROR of the namespace domain (an undeclared prefix) leaves a file well-formed. */
static void on_error(void *userdata, xmlErrorPtr error)
{
	struct reader *reader = userdata;
	xml_note_error(&reader->pass, error);
	if (error->domain == XML_FROM_NAMESPACE && error->level == XML_ERR_ERROR &&
		!reader->prefix_reported) {
		reader->prefix_reported = true;
		decoded_file_add_problem(reader->build.file, offset_of(reader),
			"a namespace prefix that is not declared");
	}
}

static int parse(struct reader *reader, const uint8_t *data, size_t size)
{
	const xmlSAXHandler handler = {
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.serror = on_error,
	};
	return xml_run(&reader->pass, data, size, &handler);
}

bool tcx_is(const uint8_t *data, size_t size)
{
	size_t i = xml_leading(data, size);
	if (i < size && data[i] == '<')
		return true;
	return size >= 4 &&
	       (memcmp(data, "\xff\xfe<\0", 4) == 0 || memcmp(data, "\xfe\xff\0<", 4) == 0 ||
		       memcmp(data, "\0<\0?", 4) == 0);
}

int tcx_decode(const uint8_t *data, size_t size, struct decoded_file *ret, struct parse_error *err)
{
	if (size > FILE_MAX_BYTES)
		return parse_fail(err, -EFBIG, FILE_MAX_BYTES, "larger than 32 MiB");
	size_t skipped = xml_leading(data, size);
	if (skipped == size)
		return parse_fail(err, -EBADMSG, 0, "the file is empty");
	AUTO_FREE struct reader *reader = calloc(1, sizeof *reader);
	if (!reader)
		return parse_fail(err, -ENOMEM, 0, "out of memory");
	reader->pass.skipped = skipped;
	reader->field = TCX_FIELD_NONE;
	tcx_build_init(&reader->build, ret);
	reader->build.offset = offset_of;
	reader->build.userdata = reader;
	ret->format = FILE_FORMAT_TCX;
	int r = parse(reader, data + skipped, size - skipped);
	reader->build.offset = NULL;
	if (r == 0)
		r = reader->pass.stop;
	if (r < 0)
		return parse_fail(err, r, reader->pass.why.offset,
			reader->pass.why.what ? reader->pass.why.what : "out of memory");
	uint64_t timer_offset = reader->pass.why.what ? reader->pass.why.offset : size;
	r = tcx_build_finish(&reader->build);
	if (r < 0)
		return parse_fail(
			err, r, timer_offset, r == -EFBIG ? reader->build.limit : "out of memory");
	if (tcx_is_phone(ret->device.product_name))
		ret->altitude_source = ALTITUDE_GPS;
	if (!reader->pass.why.what) {
		ret->valid = true;
		return 0;
	}
	decoded_file_add_problem(ret, reader->pass.why.offset, reader->pass.why.what);
	if (!ret->activities_n)
		return parse_fail(err, -EBADMSG, reader->pass.why.offset, reader->pass.why.what);
	return 0;
}

void tcx_prepare(void)
{
	static const char plain[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
				    "<TrainingCenterDatabase>&#65;</TrainingCenterDatabase>";
	static const char latin[] = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>"
				    "<TrainingCenterDatabase>\xe9</TrainingCenterDatabase>";
	static const char windows[] = "<?xml version=\"1.0\" encoding=\"windows-1252\"?>"
				      "<TrainingCenterDatabase>\x80</TrainingCenterDatabase>";
	static const char wide[] =
		"\xff\xfe<\0T\0r\0a\0i\0n\0i\0n\0g\0C\0e\0n\0t\0e\0r\0D\0a\0t\0a\0"
		"b\0a\0s\0e\0/\0>\0";
	static const struct {
		const char *data;
		size_t size;
	} samples[] = {
		{ plain, sizeof plain - 1 },
		{ latin, sizeof latin - 1 },
		{ windows, sizeof windows - 1 },
		{ wide, sizeof wide - 1 },
	};
	xmlInitParser();
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		struct decoded_file file;
		decoded_file_init(&file);
		(void)tcx_decode((const uint8_t *)samples[i].data, samples[i].size, &file, NULL);
		decoded_file_done(&file);
	}
}
