/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What watches differ in, without a fault: every file comes, once, however a watch frames, lists and numbers
 * its files; and how many operations that takes, counted on the wire.
 *
 *   habits FETCH-PROGRAM */
#include "usb/reading.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TIMEOUT_MS 180000u
#define MANY 1000u
#define ROUND_TRIPS 40u /* nothing new, or one file */

static const struct {
	const char *name;
	struct watch_profile differs; /* what is set here is taken */
	int status;                   /* of the reading; 0: all files come */
} habits[] = {
	{ "a Forerunner 965", { 0 }, 0 },
	{ "header and payload together", { .unsplit = true }, 0 },
	{ "empty packets", { .zlp = true }, 0 },
	{ "empty packets, together", { .zlp = true, .unsplit = true }, 0 },
	{ "single buffers", { .single_buffers = true }, 0 },
	{ "single buffers, together", { .single_buffers = true, .unsplit = true }, 0 },
	{ "single buffers, empty packets", { .single_buffers = true, .zlp = true }, 0 },
	{ "single buffers, full speed", { .single_buffers = true, .packet_bytes = 64 }, 0 },
	{ "full speed", { .packet_bytes = 64 }, 0 },
	{ "full speed, together", { .packet_bytes = 64, .unsplit = true }, 0 },
	{ "property lists refused", { .list = LIST_REFUSED }, 0 },
	{ "one property at a time", { .list = LIST_SINGLE }, 0 },
	{ "no property lists", { .list = LIST_ABSENT }, 0 },
	{ "no parts of objects", { .no_partial = true }, 0 },
	{ "the root is zero", { .root_is_zero = true }, 0 },
	{ "everything for the root", { .root_is_all = true }, 0 },
	{ "everything for a folder", { .folder_is_all = true }, 0 },
	{ "everything each time", { .root_is_all = true, .folder_is_all = true }, 0 },
	{ "other handles each time", { .handles_move = true }, 0 },
	{ "sizes only as properties", { .size_unknown = true, .list = LIST_ABSENT }, 0 },
	{ "a session left open", { .session_open = true }, 0 },
	{ "a status that stalls", { .status_stalls = true }, 0 },
	{ "two claims refused", { .busy_claims = 2 }, 0 },
	{ "a class of its own", { .class = 6, .subclass = 1, .protocol = 1 }, 0 },
	{ "serial ports before it", { .interface = 2 }, 0 },
	{ "an interface before it that looks the same", { .interface = 1, .decoys_alike = true },
		0 },
	{ "its endpoints in another setting", { .alternate = 1 }, 0 },
	{ "a configuration before it", { .other_configuration = true, .configuration = 2 }, 0 },
	{ "slow", { .latency_usec = 3000 }, 0 },
};

struct test {
	const char *fetch, *scratch;
	struct reading_world world;
	char root[512];
	unsigned failed;
};

static void expect(
	struct test *test, bool holds, const char *name, const char *what, unsigned value)
{
	if (holds)
		return;
	test->failed++;
	(void)printf("FAILED %s: %s (%u)\n", name, what, value);
}

static bool make(struct test *test)
{
	bool made = reading_world_make(&test->world, test->scratch, test->fetch);
	(void)snprintf(test->root, sizeof test->root, "%s/storage", test->world.folder);
	return made;
}

static void add_files(struct test *test, unsigned first, unsigned n, size_t size)
{
	char name[64];
	for (unsigned i = first; i < first + n; i++) {
		(void)snprintf(name, sizeof name, "2026-%02u-%02u-06-%02u-00.fit", 1 + i / 280,
			1 + i / 10 % 28, i % 10);
		expect(test, reading_world_add(&test->world, name, size, i), "files",
			"cannot be made", i);
	}
}

static struct watch_profile profile_with(const struct watch_profile *differs, const char *root)
{
	struct watch_profile profile = watch_garmin;
	profile.root = root;
	profile.unsplit = differs->unsplit;
	profile.zlp = differs->zlp;
	profile.packet_bytes = differs->packet_bytes ? differs->packet_bytes : 512;
	profile.list = differs->list;
	profile.no_partial = differs->no_partial;
	profile.root_is_zero = differs->root_is_zero;
	profile.root_is_all = differs->root_is_all;
	profile.folder_is_all = differs->folder_is_all;
	profile.handles_move = differs->handles_move;
	profile.interface = differs->interface;
	profile.alternate = differs->alternate;
	profile.decoys_alike = differs->decoys_alike;
	profile.other_configuration = differs->other_configuration;
	profile.configuration = differs->configuration;
	profile.size_unknown = differs->size_unknown;
	profile.session_open = differs->session_open;
	profile.status_stalls = differs->status_stalls;
	profile.single_buffers = differs->single_buffers;
	profile.busy_claims = differs->busy_claims;
	profile.latency_usec = differs->latency_usec;
	if (differs->class) {
		profile.class = differs->class;
		profile.subclass = differs->subclass;
		profile.protocol = differs->protocol;
	}
	return profile;
}

static void try_habit(struct test *test, size_t index)
{
	const char *name = habits[index].name;
	if (!make(test))
		abort();
	add_files(test, 0, 3, 900);
	add_files(test, 3, 1, 1024); /* container and payload on packet boundaries, or not */
	add_files(test, 4, 1, 1012);
	add_files(test, 5, 1, 262144); /* in pieces, to the byte */
	add_files(test, 6, 1, 600000);
	struct watch_profile profile = profile_with(&habits[index].differs, test->root);
	struct watch *watch = watch_new(&profile);
	struct reading reading = { 0 };
	for (unsigned plug = 0; plug < 2; plug++) {
		expect(test,
			watch_plug(watch) && reading_run(&test->world, watch, TIMEOUT_MS, &reading),
			name, "cannot be read", plug);
		expect(test,
			reading.status == habits[index].status && reading.wrong == 0 &&
				reading.refused == 0,
			name, "the reading went wrong, in plug-in", plug);
		expect(test, reading.got == (plug ? 0u : 7u), name, "files came", reading.got);
		watch_unplug(watch);
	}
	expect(test, reading_world_is_whole(&test->world), name, "a file is missing", 0);
	if (watch_counts(watch)->broken_rules)
		(void)printf("%s: %s\n", name, watch_counts(watch)->rule);
	expect(test, !watch_counts(watch)->broken_rules, name, "rules were broken",
		watch_counts(watch)->broken_rules);
	watch_free(watch);
	reading_world_remove(&test->world);
}

/* One plug-in; returns its operations. */
static unsigned count(struct test *test, struct watch *watch, const char *name, unsigned files,
	unsigned *ret_listing)
{
	struct reading reading = { 0 };
	watch_forget_counts(watch);
	expect(test, watch_plug(watch) && reading_run(&test->world, watch, TIMEOUT_MS, &reading),
		name, "cannot be read", 0);
	watch_unplug(watch);
	expect(test, reading.status == 0 && reading.got == files, name, "files came", reading.got);
	const struct watch_counts *counts = watch_counts(watch);
	*ret_listing = counts->operations - files; /* small ones: a transfer each */
	(void)printf("%-44s %5u operations, %5u transfers\n", name, counts->operations,
		counts->transfers_in + counts->transfers_out);
	return counts->operations;
}

/* MANY files: the first time, nothing new, one new. others: of no use, and shown beside them the first time. */
static void count_thrice(
	struct test *test, const struct watch_profile *profile, unsigned others, const char *how)
{
	char name[64];
	unsigned listing = 0;
	struct watch *watch = watch_new(profile);
	(void)snprintf(name, sizeof name, "%s: the first time, %u files", how, MANY);
	(void)count(test, watch, name, MANY, &listing);
	expect(test, listing <= MANY + others + ROUND_TRIPS, name, "too many round trips", listing);
	(void)snprintf(name, sizeof name, "%s: nothing new", how);
	expect(test, count(test, watch, name, 0, &listing) <= ROUND_TRIPS, name,
		"too many round trips", listing);
	add_files(test, MANY, 1, 34700);
	(void)snprintf(name, sizeof name, "%s: one new file", how);
	expect(test, count(test, watch, name, 1, &listing) <= ROUND_TRIPS, name,
		"too many round trips", listing);
	expect(test, reading_world_is_whole(&test->world), how, "a file is missing", 0);
	watch_free(watch);
	reading_world_remove(&test->world);
}

static void count_round_trips(
	struct test *test, const struct watch_profile *differs, const char *how)
{
	if (!make(test))
		abort();
	add_files(test, 0, MANY, 300);
	const struct watch_profile profile = profile_with(differs, test->root);
	count_thrice(test, &profile, 0, how);
}

static const struct {
	const char *how;
	struct watch_profile differs;
} counted[] = {
	{ "with property lists", { .list = LIST_GIVEN } },
	{ "without property lists", { .list = LIST_ABSENT } },
	{ "everything each time",
		{ .list = LIST_ABSENT, .root_is_all = true, .folder_is_all = true } },
	{ "everything each time, with lists", { .root_is_all = true, .folder_is_all = true } },
};

/* A file in a folder beside Activity, which is of no use to anybody. */
static void add_beside(
	const struct test *test, const char *folder, const char *name, const char *text)
{
	char path[1024];
	(void)snprintf(path, sizeof path, "%s/GARMIN/%s", test->root, folder);
	(void)mkdir(path, 0700);
	(void)snprintf(path, sizeof path, "%s/GARMIN/%s/%s", test->root, folder, name);
	FILE *file = fopen(path, "we");
	const struct timespec times[2] = { { .tv_sec = 1600000000 }, { .tv_sec = 1600000000 } };
	if (!file || fputs(text, file) < 0 || fclose(file) != 0 ||
		utimensat(AT_FDCWD, path, times, 0) < 0)
		abort();
}

/* As a watch has it that is worn day and night: many folders, and GarminDevice.xml, which says that nights
 * and days are in four of them. */
static unsigned add_much(struct test *test)
{
	static const char *const beside[] = { "Adventures", "Apps", "Clocks", "Courses", "Debug",
		"Device", "EVNTLOGS", "Golf", "HMD", "HRVStatus", "HSA", "Location", "Metrics",
		"Monitor", "MultiSpo", "NewFiles", "Records", "RemoteSW", "Schedule", "Score",
		"Screens", "Segments", "Settings", "SkinTemp", "Sleep", "SLPEVTS", "Sports",
		"SUMMARY", "Text", "Totals", "Weight", "Workouts", "Zones" };
#define OUT(type, path)                                                                   \
	"<DataType><Name>" type "</Name><File><Location><Path>" path "</Path></Location>" \
	"<TransferDirection>OutputFromUnit</TransferDirection></File></DataType>"
	static const char manifest[] = "<?xml version=\"1.0\"?><Device><MassStorageMode>" OUT(
		"FIT_TYPE_4", "GARMIN/Activity") OUT("FIT_TYPE_32", "GARMIN/Monitor")
		OUT("FIT_TYPE_44", "GARMIN/Metrics") OUT("FIT_TYPE_49", "GARMIN/Sleep")
			OUT("FIT_TYPE_68", "GARMIN/HRVStatus") "</MassStorageMode></Device>";
	unsigned n = sizeof beside / sizeof *beside;
	for (unsigned i = 0; i < n; i++)
		add_beside(test, beside[i], "notes.txt", "of no use, and longer than a header");
	add_beside(test, ".", "GarminDevice.xml", manifest);
	return n + 1;
}

static void count_among_many_folders(struct test *test)
{
	if (!make(test))
		abort();
	add_files(test, 0, MANY, 300);
	unsigned others = add_much(test);
	struct watch_profile profile = watch_garmin;
	profile.root = test->root;
	profile.list = LIST_ABSENT;
	count_thrice(test, &profile, others, "many folders, no property lists");
}

int main(int argc, char **argv)
{
	watch_preload(argv);
	struct test *test = calloc(1, sizeof *test);
	const char *scratch = getenv("TMPDIR");
	if (argc < 2 || !test)
		return 2;
	test->fetch = argv[1];
	test->scratch = scratch ? scratch : "/tmp";
	for (size_t i = 0; i < sizeof habits / sizeof *habits; i++)
		try_habit(test, i);
	for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
		count_round_trips(test, &counted[i].differs, counted[i].how);
	count_among_many_folders(test);
	(void)printf("%u failed\n", test->failed);
	int status = test->failed ? 1 : 0;
	free(test);
	return status;
}
