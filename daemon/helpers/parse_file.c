/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "helpers/parse_file.h"

#include "base/cleanup.h"
#include "base/utf8.h"
#include "fit/fit.h"
#include "fit/fit_is.h"
#include "fit/fit_names.h"
#include "metrics/compute.h"
#include "tcx/tcx.h"

#include <errno.h>
#include <string.h>

typedef int (*decode_fn)(
	const uint8_t *data, size_t size, struct decoded_file *ret, struct parse_error *err);

/* FIT profile, type manufacturer */
enum { MANUFACTURER_GARMIN = 1 };

/* How archives and compressed files begin. */
static const struct {
	const char *bytes;
	size_t n;
} compressed[] = {
	{ "\x1F\x8B", 2 },   /* gzip */
	{ "PK\x03\x04", 4 }, /* zip */
	{ "PK\x05\x06", 4 }, /* an empty zip */
	{ "BZh", 3 },        /* bzip2 */
	{ "\xFD"
	  "7zXZ\x00",
		6 },                 /* xz */
	{ "\x28\xB5\x2F\xFD", 4 },   /* zstd */
	{ "7z\xBC\xAF\x27\x1C", 6 }, /* 7-Zip */
	{ "\x1F\x9D", 2 },           /* compress */
	{ "Rar!\x1A\x07", 6 },
};

static bool is_compressed(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < ARRAY_SIZE(compressed); i++)
		if (size >= compressed[i].n &&
			memcmp(data, compressed[i].bytes, compressed[i].n) == 0)
			return true;
	return false;
}

void parse_refuse(struct report *report, uint64_t offset, const char *why)
{
	report->activities_n = 0;
	wellness_parts_done(&report->wellness);
	report->valid = false;
	if (report->problems_n == ARRAY_SIZE(report->problems))
		report->problems_n--;
	if (offset != REPORT_NO_OFFSET)
		report_add_problem(report, offset, why);
	(void)utf8_clean(why, strlen(why), report->why, sizeof report->why);
}

/* A TCX of a watch carries the number that FIT has for it. */
static void look_up_altitude(struct decoded_file *file)
{
	const struct file_device *device = &file->device;
	if (file->format == FILE_FORMAT_TCX && device->has_product &&
		file->altitude_source == ALTITUDE_UNKNOWN)
		file->altitude_source = fit_product_altitude(MANUFACTURER_GARMIN, device->product);
}

/* What every kind of report says of its file. */
static int describe(const struct decoded_file *file, struct report *ret)
{
	ret->kind = file->kind;
	ret->valid = file->valid;
	ret->device = file->device;
	struct file_device *device = &ret->device;
	const char *maker =
		device->has_manufacturer ? fit_manufacturer_name(device->manufacturer) : NULL;
	if (maker)
		(void)utf8_clean(maker, strlen(maker), ret->manufacturer_name,
			sizeof ret->manufacturer_name);
	const char *product =
		device->has_manufacturer && device->has_product && !device->product_name[0]
			? fit_product_name(device->manufacturer, device->product)
			: NULL;
	if (product)
		(void)utf8_clean(product, strlen(product), device->product_name,
			sizeof device->product_name);
	for (size_t i = 0; i < file->problems_n; i++)
		report_add_problem(ret, file->problems[i].offset, file->problems[i].what);
	for (size_t i = 0; i < file->counts_n; i++) {
		struct report_count *count = report_add_count(ret);
		if (!count && errno == EFBIG) {
			report_add_problem(
				ret, REPORT_NO_OFFSET, "more kinds of messages than are counted");
			break;
		}
		if (!count)
			return -ENOMEM;
		count->number = file->counts[i].number;
		count->count = file->counts[i].count;
		const char *name = file->counts[i].name;
		if (name)
			(void)utf8_clean(name, strlen(name), count->name, sizeof count->name);
	}
	return 0;
}

/* The numbers of one activity. Its samples are gone afterwards, so that a file of many activities
 * needs the memory of one. */
static int add_activity(const struct decoded_file *file, struct activity *activity,
	const struct parse_request *request, struct report *ret)
{
	struct report_activity *added = report_add_activity(ret);
	if (!added)
		return -ENOMEM;
	added->summary = activity->summary;
	activity->altitude_source = file->altitude_source;
	if (!activity->summary.has_utc_offset && activity->summary.start_ms != TIME_UNKNOWN_MS) {
		activity->summary.has_utc_offset = true;
		activity->summary.utc_offset_s =
			zone_rules_at(&request->zone, activity->summary.start_ms / 1000);
	}
	int r = numbers_compute(
		activity, &request->runner, &file->profile, &added->numbers, &added->tally);
	activity_done(activity);
	return r;
}

static int add_wellness(
	struct decoded_file *file, const struct parse_request *request, struct report *ret)
{
	CLEANUP(wellness_parts_done) struct wellness_parts parts = { 0 };
	bool dropped = false;
	int r = wellness_parts_make(file->wellness, file->wellness_n, &request->zone,
		request->day_start_h, &parts, &dropped);
	for (size_t i = 0; r == 0 && i < parts.n; i++)
		r = report_add_wellness(ret, &parts.list[i]);
	if (dropped)
		report_add_problem(
			ret, REPORT_NO_OFFSET, "more wellness values in one file than are kept");
	return r;
}

static void refuse_decoded(int r, const struct parse_error *err, struct report *ret)
{
	if (r == -ENOMEM)
		parse_refuse(ret, REPORT_NO_OFFSET, "reading it needs more memory than is allowed");
	else
		parse_refuse(ret, err->offset, err->what ? err->what : "nothing in it can be read");
}

static void parse_with(decode_fn decode, const uint8_t *data, size_t size,
	const struct parse_request *request, struct report *ret)
{
	struct parse_error err = { 0 };
	CLEANUP(decoded_file_done) struct decoded_file file;
	decoded_file_init(&file);
	int r = decode(data, size, &file, &err);
	int described = describe(&file, ret);
	if (r < 0 || described < 0) {
		refuse_decoded(r < 0 ? r : described, &err, ret);
		return;
	}
	look_up_altitude(&file);
	for (size_t i = 0; r == 0 && i < file.activities_n; i++)
		r = add_activity(&file, &file.activities[i], request, ret);
	if (r == 0)
		r = add_wellness(&file, request, ret);
	if (r < 0)
		refuse_decoded(-ENOMEM, &err, ret);
	if (report_settle(ret))
		report_add_problem(
			ret, REPORT_NO_OFFSET, "values that no watch can mean are left out");
}

void parse_file(
	const uint8_t *data, size_t size, const struct parse_request *request, struct report *ret)
{
	if (size == 0)
		parse_refuse(ret, REPORT_NO_OFFSET, "the file is empty");
	else if (size > FILE_MAX_BYTES)
		parse_refuse(ret, REPORT_NO_OFFSET, "larger than 32 MiB");
	else if (fit_is(data, size)) {
		ret->format = FILE_FORMAT_FIT;
		parse_with(fit_decode, data, size, request, ret);
	} else if (is_compressed(data, size))
		parse_refuse(ret, REPORT_NO_OFFSET, "this is a compressed file, unpack it first");
	else if (tcx_is(data, size)) {
		ret->format = FILE_FORMAT_TCX;
		parse_with(tcx_decode, data, size, request, ret);
	} else
		parse_refuse(ret, REPORT_NO_OFFSET, "neither a FIT nor a TCX file");
}
