/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a plug-in costs, counted on the wire of the simulated watch: the first one with a thousand files, one
 * with nothing new, one with a new file. Prints one JSON object a line, and leaves the watch's storage in
 * FOLDER/reading.XXXXXX/storage.
 *
 *   knead-usb-bench FETCH-PROGRAM FOLDER [--SETTING[=VALUE]]...   settings: tests/usb/options.c */
#include "usb/options.h"
#include "usb/reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MANY 1000u
#define FILE_BYTES 34700u /* an hour's run with a point every few seconds */
#define TIMEOUT_MS 600000u

struct bench {
	struct reading_world world;
	struct watch *watch;
	bool failed;
};

static double now_ms(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void add_files(struct bench *bench, unsigned first, unsigned n)
{
	char name[64];
	for (unsigned i = first; i < first + n; i++) {
		(void)snprintf(name, sizeof name, "2026-%02u-%02u-06-%02u-00.fit", 1 + i / 280,
			1 + i / 10 % 28, i % 10);
		bench->failed |= !reading_world_add(&bench->world, name, FILE_BYTES, i);
	}
}

static void plug_in(struct bench *bench, const char *job, unsigned wanted)
{
	struct reading reading = { 0 };
	watch_forget_counts(bench->watch);
	bool plugged = watch_plug(bench->watch);
	double start = now_ms();
	plugged = plugged && reading_run(&bench->world, bench->watch, TIMEOUT_MS, &reading);
	double ms = now_ms() - start;
	watch_unplug(bench->watch);
	const struct watch_counts *counts = watch_counts(bench->watch);
	bench->failed |= !plugged || reading.status != 0 || reading.got != wanted ||
			 reading.wrong || counts->broken_rules;
	(void)printf(
		"{\"job\":\"%s\",\"operations\":%u,\"listing\":%u,\"transfers\":%u,\"ms\":%.0f}\n",
		job, counts->operations, counts->operations - wanted,
		counts->transfers_in + counts->transfers_out + counts->control, ms);
	(void)fflush(stdout);
}

int main(int argc, char **argv)
{
	watch_preload(argv);
	char root[512];
	struct bench *bench = calloc(1, sizeof *bench);
	struct watch_profile profile = watch_garmin;
	bool right = bench && argc >= 3;
	for (int i = 3; right && i < argc; i++)
		right = strncmp(argv[i], "--", 2) == 0 && option_set(&profile, argv[i] + 2);
	if (!right || !reading_world_make(&bench->world, argv[2], argv[1]))
		return 2;
	(void)snprintf(root, sizeof root, "%s/storage", bench->world.folder);
	profile.root = root;
	add_files(bench, 0, MANY);
	bench->watch = watch_new(&profile);
	plug_in(bench, "the first plug-in, 1,000 files", MANY);
	plug_in(bench, "nothing new among 1,000", 0);
	add_files(bench, MANY, 1);
	plug_in(bench, "one new file among 1,000", 1);
	watch_free(bench->watch);
	int status = bench->failed ? 1 : 0;
	free(bench);
	return status;
}
