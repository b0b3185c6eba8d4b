/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A watch that is plugged in again and again, and a daemon that remembers what it got. */

#include "conf/devices.h"
#include "support/scratch.h"
#include "unit/mtp_fake.h"

struct world {
	struct fake_watch fake;
	struct scratch scratch;
	struct devices *devices;
	uint32_t folder; /* GARMIN/Activity */
	bool forgets;    /* nothing is kept from one plug-in to the next */

	/* of the last plug-in */
	int result;
	unsigned shown, got, refused, later,
		wrong; /* wrong: accepted with bytes that are not the watch's */
	unsigned listed_wanted;
	bool full, known_make;
	char seen[200];
	char why[200], folders[512], model[64], serial[64];

	/* of all of them */
	bool known[FAKE_OBJECTS_MAX];          /* by place in fake.objects, */
	int64_t known_bytes[FAKE_OBJECTS_MAX]; /* and with this size */
};

/* An empty watch, and a table that knows where activities are: GARMIN/Activity with a few folders
 * beside. Fails the test when it can't be made. */
void world_init(struct world *world);
void world_done(struct world *world);

/* The same for cmocka: one that *state has, and another in place of it, for each row of a table. */
int world_setup(void **state);
int world_teardown(void **state);
struct world *world_another(void **state);

/* As users have them, with the folders of nights and days. */
void world_take_shipped_tables(struct world *world);

/* n files of some kilobytes, named and dated one day after the other from the given day on. */
void world_add_files(struct world *world, unsigned n, unsigned first_day);

/* Folders beside GARMIN/Activity's, with so many small files in each. */
void world_add_folders(
	struct world *world, const char *const *names, size_t names_n, unsigned files_n);

/* Of what was put on the watch last; 1: of what was put before that, and so on. */
uint32_t world_handle_of(const struct world *world, unsigned before_last);

/* Plugs in, reads, pulls out; fails the test when a rule was broken: a command that writes, one out of
 * turn, bytes that are not the watch's. Returns the result. */
int world_plug_in(struct world *world);

/* The files in GARMIN/Activity that the daemon has not got. */
unsigned world_missing(const struct world *world);
