/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file that is damaged on the watch: refused, and not fetched again before it may be another. */
#include "support/test.h"

#include "unit/mtp_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned transfers(const struct world *world)
{
	return world->fake.by_code[0x1009] + world->fake.by_code[0x101B];
}

/* Three files, the second with a wrong checksum. */
static struct fake_object *damaged(struct world *world)
{
	world_add_files(world, 3, 0);
	struct fake_object *bad = &world->fake.objects[world->fake.objects_n - 2];
	bad->data[200] ^= 1;
	return bad;
}

static void plug_in(struct world *world, unsigned got, unsigned refused, bool fetched)
{
	fake_replug(&world->fake);
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world->got, got);
	assert_int_equal(world->refused, refused);
	/* one that is damaged is read twice */
	assert_int_equal(transfers(world), got + (fetched ? 2 : 0));
}

/* None comes, each is read twice. */
static void plug_in_damaged(struct world *world, unsigned n)
{
	fake_replug(&world->fake);
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world->got, 0);
	assert_int_equal(world->refused, n);
	assert_int_equal(transfers(world), 2 * n);
}

static void it_is_fetched_at_two_plug_ins_and_still_named_at_each(void **state)
{
	struct world *world = *state;
	(void)damaged(world);
	plug_in(world, 2, 1, true);
	plug_in(world, 0, 1, true);
	for (unsigned i = 3; i < 10; i++) {
		plug_in(world, 0, 1, false);
		assert_non_null(strstr(world->why, "its checksum is wrong"));
	}
	/* with everything else, at the tenth */
	plug_in(world, 0, 1, true);
	plug_in(world, 0, 1, false);
}

static void the_second_try_is_by_the_other_operation(void **state)
{
	struct world *world = *state;
	(void)damaged(world);
	plug_in(world, 2, 1, true);
	assert_int_equal(world->fake.by_code[0x1009], 3);
	assert_int_equal(world->fake.by_code[0x101B], 1);
	struct world *other = world_another(state);
	other->fake.no_partial = true;
	(void)damaged(other);
	plug_in(other, 2, 1, true);
	assert_int_equal(other->fake.by_code[0x1009], 4);
	plug_in(other, 0, 1, true);
	plug_in(other, 0, 1, false);
}

static void it_is_fetched_again_when_it_is_another(void **state)
{
	static const char *const dates[] = { "20260101T000000", NULL };
	for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
		struct world *world = world_another(state);
		struct fake_object *bad = damaged(world);
		plug_in(world, 2, 1, true);
		plug_in(world, 0, 1, true);
		plug_in(world, 0, 1, false);
		bad->data[200] ^= 1;
		if (dates[i]) {
			(void)snprintf(bad->date, sizeof bad->date, "%s", dates[i]);
		} else { /* more bytes behind its end, which FIT allows */
			bad->data = realloc(bad->data, bad->size + 8);
			assert_non_null(bad->data);
			memset(bad->data + bad->size, 0, 8);
			bad->size += 8;
			bad->said_size = bad->size;
		}
		plug_in(world, 1, 0, false);
		assert_int_equal(world_missing(world), 0);
		plug_in(world, 0, 0, false);
	}
}

static void one_without_a_date_is_fetched_every_time(void **state)
{
	struct world *world = *state;
	struct fake_object *bad = damaged(world);
	bad->date[0] = '\0';
	plug_in(world, 2, 1, true);
	plug_in(world, 0, 1, true);
	bad->data[200] ^= 1;
	plug_in(world, 1, 0, false);
	assert_int_equal(world_missing(world), 0);
}

/* Copies of the right size and full of zeros do occur, and the next session gives the right ones. */
static void what_the_watch_spoils_in_one_session_comes_in_the_next(void **state)
{
	struct world *world = *state;
	uint8_t kept[3][32];
	world_add_files(world, 3, 0);
	struct fake_object *files = &world->fake.objects[world->fake.objects_n - 3];
	for (unsigned i = 0; i < 3; i++) {
		memcpy(kept[i], files[i].data, sizeof kept[i]);
		memset(files[i].data, 0, sizeof kept[i]);
	}
	plug_in_damaged(world, 3);
	for (unsigned i = 0; i < 3; i++)
		memcpy(files[i].data, kept[i], sizeof kept[i]);
	plug_in(world, 3, 0, false);
	assert_int_equal(world_missing(world), 0);
	plug_in(world, 0, 0, false);
}

/* What spoils bytes on their way does it at random: the next plug-in brings the file. */
static void what_the_cable_spoiled_is_fetched_at_the_next_plug_in(void **state)
{
	struct world *world = *state;
	world_add_files(world, 1, 0);
	assert_int_equal(world_plug_in(world), 0);
	unsigned at = 0;
	while (world->fake.log[at] != 0x1009)
		at++;
	for (unsigned tries = 1; tries <= 2; tries++) {
		struct world *fresh = world_another(state);
		world_add_files(fresh, 1, 0);
		fresh->fake.fault = FAKE_CUT_OK;
		fresh->fake.fault_offset = 400;
		fresh->fake.fault_at = at + 1;
		fresh->fake.fault_for = 3 * tries; /* each transfer is tried three times */
		assert_int_equal(world_plug_in(fresh), 0);
		assert_int_equal(fresh->refused, tries - 1);
		fake_replug(&fresh->fake);
		assert_int_equal(world_plug_in(fresh), 0);
		assert_int_equal(world_missing(fresh), 0);
	}
}

static void one_that_is_gone_is_forgotten(void **state)
{
	struct world *world = *state;
	struct fake_object *bad = damaged(world);
	uint32_t parent = bad->parent;
	plug_in(world, 2, 1, true);
	plug_in(world, 0, 1, true);
	bad->parent = 0xDEAD;
	plug_in(world, 0, 0, false);
	bad->parent = parent;
	plug_in(world, 0, 1, true);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		CASE(it_is_fetched_at_two_plug_ins_and_still_named_at_each),
		CASE(the_second_try_is_by_the_other_operation),
		CASE(it_is_fetched_again_when_it_is_another),
		CASE(one_without_a_date_is_fetched_every_time),
		CASE(what_the_watch_spoils_in_one_session_comes_in_the_next),
		CASE(what_the_cable_spoiled_is_fetched_at_the_next_plug_in),
		CASE(one_that_is_gone_is_forgotten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
