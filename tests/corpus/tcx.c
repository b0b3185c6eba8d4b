/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every TCX file of the shared corpus against its manifest, which other decoders made (Python's
 * ElementTree and xmllint). Prints each difference; files in tcx-exceptions.txt must differ. */
#include "activity/names.h"
#include "base/cleanup.h"
#include "tcx/tcx.h"

#include <jansson.h>
#include <stdarg.h>
#include <string.h>

#define SKIPPED 77

/* The sports that stand in the corpus, as the manifest and as the FIT profile name them. */
static const char *const sports[][2] = {
	{ "Running", "running" },
	{ "running", "running" },
	{ "Biking", "cycling" },
	{ "Swimming", "swimming" },
	{ "Other", "generic" },
};

struct check {
	const char *name;
	unsigned differences;
	bool quiet;
};

__attribute__((format(printf, 2, 3))) static void differ(
	struct check *check, const char *format, ...)
{
	va_list arguments;
	check->differences++;
	if (check->quiet)
		return;
	(void)printf("%s: ", check->name);
	va_start(arguments, format);
	(void)vprintf(format, arguments);
	va_end(arguments);
	(void)putchar('\n');
}

static double number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	return json_is_number(value) ? json_number_value(value) : NAN;
}

static void same_number(
	struct check *check, const char *what, double got, double expected, double tolerance)
{
	if (isnan(expected) ? isnan(got) : fabs(got - expected) <= tolerance)
		return;
	differ(check, "%s is %.10g, the manifest has %.10g", what, got, expected);
}

/* 0 is what some writers put for "no heart rate". */
static double zero_is_none(double value)
{
	return value > 0 ? value : NAN;
}

static const char *expected_sport(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(sports); i++)
		if (strcmp(sports[i][0], name) == 0)
			return sports[i][1];
	return "?";
}

static void compare_stated(
	struct check *check, const struct activity_stated *stated, const json_t *m)
{
	double distance_m = number(m, "total_distance");
	same_number(check, "timer_s", stated->timer_s, number(m, "total_time"), 1);
	same_number(
		check, "distance_m", stated->distance_m, distance_m, fmax(1, distance_m / 1000));
	same_number(check, "energy_kcal", stated->energy_kcal, number(m, "total_calories"), 0.01);
	same_number(check, "hr_avg_bpm", stated->hr_avg_bpm,
		zero_is_none(number(m, "lap_avg_hr_time_weighted")), 0.01);
	same_number(
		check, "hr_max_bpm", stated->hr_max_bpm, zero_is_none(number(m, "lap_max_hr")), 0);
}

struct series {
	const char *name;
	size_t offset; /* of a float in struct activity_record */
};

/* How many samples have a value, and their mean. */
static void compare_series(struct check *check, const struct activity *activity, const json_t *m)
{
	static const struct series all[] = {
		{ "heart_rate", offsetof(struct activity_record, hr_bpm) },
		{ "speed", offsetof(struct activity_record, speed_mps) },
		{ "watts", offsetof(struct activity_record, power_w) },
		{ "altitude", offsetof(struct activity_record, altitude_m) },
		{ "run_cadence", offsetof(struct activity_record, cadence_rpm) },
		{ "cadence", offsetof(struct activity_record, cadence_rpm) },
	};
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		const json_t *series = json_object_get(m, all[i].name);
		double sum = 0, n = 0;
		for (size_t k = 0; k < activity->records_n; k++) {
			const char *at = (const char *)&activity->records[k] + all[i].offset;
			float value;
			memcpy(&value, at, sizeof value);
			if (isnan(value))
				continue;
			sum += (double)value;
			n++;
		}
		if (!series)
			continue;
		same_number(check, all[i].name, n, number(series, "n"), 0);
		same_number(check, "its mean", sum / n, number(series, "mean"), 0.001);
	}
}

static void compare_samples(struct check *check, const struct activity *activity, const json_t *m)
{
	size_t n = activity->records_n, positions = 0;
	double last_m = NAN;
	for (size_t i = 0; i < n; i++) {
		positions += activity->records[i].latitude_semicircles != POSITION_UNKNOWN;
		if (!isnan(activity->records[i].distance_m))
			last_m = activity->records[i].distance_m;
	}
	same_number(check, "records", (double)n, number(m, "trackpoints"), 0);
	same_number(check, "positions", (double)positions, number(m, "with_position"), 0);
	same_number(check, "last distance", last_m, number(m, "last_distance"), 0.001);
	if (!n)
		return;
	same_number(check, "first time", (double)activity->records[0].time_ms / 1000,
		number(m, "first_time"), 0.0011);
	same_number(check, "last time", (double)activity->records[n - 1].time_ms / 1000,
		number(m, "last_time"), 0.0011);
	compare_series(check, activity, m);
}

static void compare_activity(struct check *check, const struct activity *activity, const json_t *m)
{
	const struct activity_summary *summary = &activity->summary;
	const char *expected = expected_sport(json_string_value(json_object_get(m, "sport")));
	const char *sport = summary->has_sport ? sport_name(summary->sport) : NULL;
	if (!sport || strcmp(sport, expected) != 0)
		differ(check, "sport is %s, the manifest means %s", sport ? sport : "-", expected);
	same_number(check, "start", (double)summary->start_ms / 1000, number(m, "start_time"), 0);
	same_number(check, "laps", summary->laps, number(m, "laps"), 0);
	if (summary->records != activity->records_n)
		differ(check, "%u records counted, %zu there", summary->records,
			activity->records_n);
	compare_stated(check, &summary->stated, m);
	compare_samples(check, activity, m);
}

static void compare_counts(struct check *check, const struct decoded_file *file, const json_t *m)
{
	static const char *const names[] = { "Activity", "Lap", "Trackpoint", "Course",
		"MultiSportSession" };
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		double got = NAN;
		for (size_t k = 0; k < file->counts_n; k++)
			if (strcmp(file->counts[k].name, names[i]) == 0)
				got = file->counts[k].count;
		same_number(check, names[i], got, number(m, names[i]), 0);
	}
}

/* The pauses must be in order, and inside them the timer stands still. */
static void check_pauses(struct check *check, const struct activity *activity)
{
	for (size_t i = 0; i < activity->pauses_n; i++) {
		const struct activity_pause *pause = &activity->pauses[i];
		if (pause->start_ms >= pause->end_ms)
			differ(check, "pause %zu is empty", i);
		if (i && pause->start_ms <= activity->pauses[i - 1].end_ms)
			differ(check, "pause %zu overlaps the one before", i);
	}
}

static bool has_quirk(const json_t *line, const char *quirk)
{
	size_t i;
	const json_t *value;
	json_array_foreach(json_object_get(line, "quirks"), i,
		value) if (strcmp(json_string_value(value), quirk) == 0) return true;
	return false;
}

static void compare_file(struct check *check, const struct decoded_file *file, const json_t *line)
{
	const json_t *tree = json_object_get(json_object_get(line, "decoders"), "etree");
	/* blanks before the declaration are accepted here, whatever strict parsers say */
	bool valid = json_is_true(json_object_get(json_object_get(line, "oracle"), "valid")) ||
		     has_quirk(line, "leading_blanks");
	if (file->valid != valid)
		differ(check, "valid is %d, the manifest means %d", file->valid, valid);
	const char *kind = json_string_value(json_object_get(line, "kind"));
	if (strcmp(file_kind_names[file->kind], kind) != 0)
		differ(check, "kind is %s, the manifest has %s", file_kind_names[file->kind], kind);
	if (!valid) { /* only xmllint read on */
		const json_t *lint = json_object_get(json_object_get(line, "decoders"), "xmllint");
		same_number(check, "records",
			file->activities_n ? file->activities[0].summary.records : 0,
			number(lint, "trackpoints"), 0);
		return;
	}
	const json_t *activities = json_object_get(tree, "activities");
	same_number(check, "activities", (double)file->activities_n,
		(double)json_array_size(activities), 0);
	for (size_t i = 0; i < file->activities_n && i < json_array_size(activities); i++) {
		compare_activity(check, &file->activities[i], json_array_get(activities, i));
		check_pauses(check, &file->activities[i]);
	}
	compare_counts(check, file, json_object_get(tree, "element_counts"));
}

static int read_whole(const char *path, uint8_t **ret, size_t *ret_size)
{
	AUTO_FCLOSE FILE *in = fopen(path, "rbe");
	AUTO_FREE uint8_t *data = malloc(FILE_MAX_BYTES);
	if (!in || !data)
		return -1;
	*ret_size = fread(data, 1, FILE_MAX_BYTES, in);
	*ret = TAKE_PTR(data);
	return 0;
}

/* Whether `name` stands in the list of exceptions. */
static bool excepted(const char *name)
{
	AUTO_FCLOSE FILE *in = fopen(KNEAD_SOURCE "/tests/corpus/tcx-exceptions.txt", "re");
	char line[512];
	size_t n = strlen(name);
	while (in && fgets(line, sizeof line, in))
		if (strncmp(line, name, n) == 0 && line[n] == ':')
			return true;
	return false;
}

static unsigned check_line(const char *folder, const json_t *line)
{
	const char *name = json_string_value(json_object_get(line, "name"));
	size_t length = strlen(name);
	if (length < 4 || strcmp(name + length - 4, ".tcx") != 0)
		return 0;
	struct check check = { .name = name, .quiet = excepted(name) };
	struct decoded_file file;
	struct parse_error err = { 0 };
	char path[1024];
	AUTO_FREE uint8_t *data = NULL;
	size_t size = 0;
	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	decoded_file_init(&file);
	if (read_whole(path, &data, &size) < 0)
		differ(&check, "cannot be read");
	else if (!tcx_is(data, size) || tcx_decode(data, size, &file, &err) < 0)
		differ(&check, "refused: %s", err.what ? err.what : "not XML");
	else
		compare_file(&check, &file, line);
	decoded_file_done(&file);
	if (check.quiet && !check.differences)
		(void)printf("%s: stands in tcx-exceptions.txt, but agrees\n", name);
	return check.quiet ? !check.differences : check.differences != 0;
}

static int check_folder(const char *folder, unsigned *failed, unsigned *seen)
{
	char path[1024];
	AUTO_FREE char *text = NULL;
	size_t capacity = 0;
	(void)snprintf(path, sizeof path, "%s/manifest.jsonl", folder);
	AUTO_FCLOSE FILE *in = fopen(path, "re");
	if (!in)
		return SKIPPED;
	while (getline(&text, &capacity, in) > 0) {
		json_error_t error;
		json_t *line = json_loads(text, 0, &error);
		if (!line) {
			(void)printf("%s: %s\n", path, error.text);
			return 1;
		}
		*failed += check_line(folder, line);
		(*seen)++;
		json_decref(line);
	}
	return 0;
}

int main(void)
{
	unsigned failed = 0, seen = 0;
	tcx_prepare();
	int r = check_folder(KNEAD_SHARED "/corpus/tcx", &failed, &seen);
	if (r == 0)
		r = check_folder(KNEAD_SHARED "/corpus/bench", &failed, &seen);
	if (r == SKIPPED)
		(void)printf("no corpus in %s\n", KNEAD_SHARED);
	else
		(void)printf("%u files, %u differ\n", seen, failed);
	if (r)
		return r;
	return failed || !seen;
}
