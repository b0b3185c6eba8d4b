/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that come oddly: busy, in other pieces than were asked for, gone or grown meanwhile; sessions of others. */
#include "support/test.h"

#include "unit/mtp_world.h"

#include <errno.h>

/* -- busy */

static void a_file_that_is_busy_comes_after_the_others(void **state)
{
	for (unsigned large = 0; large < 2; large++) {
		struct world *world = world_another(state);
		world_add_files(world, 5, 0);
		if (large)
			(void)fake_file(&world->fake, world->folder, "LARGE.FIT", "20250103T000000",
				600000, 5);
		world->fake.busy_handle = world_handle_of(world, 0);
		world->fake.busy_times = 14;
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world_missing(world), 0);
		assert_int_equal(world->later, 0);
		assert_int_equal(world->refused, 0);
	}
}

static void one_that_stays_busy_is_put_off_and_comes_at_the_next_plug_in(void **state)
{
	struct world *world = *state;
	world_add_files(world, 5, 0);
	world->fake.busy_handle = world_handle_of(world, 2);
	world->fake.busy_times = UINT32_MAX;
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world->got, 4);
	assert_int_equal(world->later, 1);
	assert_int_equal(world->refused, 0);
	assert_true(world->fake.now_ms < 60000);
	assert_true(world->fake.by_code[0x1009] < 60);
	fake_replug(&world->fake);
	world->fake.busy_times = 0;
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world->got, 1);
	assert_int_equal(world->later, 0);
	assert_int_equal(world_missing(world), 0);
}

/* So long a whole reading waits for a watch that is busy, and not for each file anew. */
static void one_that_is_busy_with_every_file_is_not_waited_for_long(void **state)
{
	struct world *world = *state;
	world_add_files(world, 60, 0);
	world->fake.busy_each = true;
	world->fake.busy_times = UINT32_MAX;
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world->got, 0);
	assert_int_equal(world->later, 60);
	assert_true(world->fake.now_ms < 60000);
	fake_replug(&world->fake);
	world->fake.busy_times = 0;
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world_missing(world), 0);
}

/* -- what comes in less than was asked for */

static void pieces_may_be_smaller_than_was_asked_for(void **state)
{
	struct world *world = *state;
	(void)fake_file(&world->fake, world->folder, "LARGE.FIT", "20250103T000000", 600000, 5);
	world->fake.piece_max = 65536;
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world_missing(world), 0);
	assert_int_equal(world->fake.by_code[0x101B], 10);
	assert_int_equal(world->fake.by_code[0x1009], 0);
}

static void a_rest_is_gone_on_with_for_its_own_file_only(void **state)
{
	struct world *world = *state;
	struct fake_watch *fake = &world->fake;
	(void)fake_file(fake, world->folder, "LONG.FIT", "20250103T000000", 3000000, 5);
	fake->fault = FAKE_UNPLUG;
	fake->fault_at = 22;
	fake->fault_for = 1;
	assert_int_equal(world_plug_in(world), -ENODEV);
	assert_true(fake->by_code[0x101B] > 3);
	/* as large, and ahead of it */
	(void)fake_file(fake, world->folder, "OTHER.FIT", "20250104T000000", 3000000, 6);
	fake_replug(fake);
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world_missing(world), 0);
	assert_int_equal(fake->by_code[0x1009], 0); /* else the checksum had found out */
}

/* -- what changes while it is read */

static void a_file_that_is_gone_or_grown_since_it_was_listed_is_named(void **state)
{
	for (unsigned grown = 0; grown < 2; grown++) {
		struct world *world = world_another(state);
		world_add_files(world, 5, 0);
		struct fake_object *object = &world->fake.objects[world->fake.objects_n - 2];
		if (grown)
			object->said_size -= 30;
		else
			world->fake.vanishing_handle = object->handle;
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world->got, 4);
		assert_int_equal(world->refused, 1);
		fake_replug(&world->fake);
		object->said_size = object->size;
		world->fake.vanishing_handle = 0;
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world_missing(world), 0);
	}
}

/* -- the wire */

static void data_in_several_transfers_is_put_together(void **state)
{
	static const size_t chunks[] = { 5, 100, 700, 16380, 512 };
	for (size_t i = 0; i < 2 * sizeof chunks / sizeof *chunks; i++) {
		struct world *world = world_another(state);
		world->fake.chunk = chunks[i / 2];
		world->fake.zlp = i % 2;
		world->fake.props = FAKE_PROPS_ALL;
		world_add_files(world, 12, 0);
		if (chunks[i / 2] > 512)
			(void)fake_file(&world->fake, world->folder, "LARGE.FIT", "20250103T000000",
				600000, 5);
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world_missing(world), 0);
		assert_int_equal(world->fake.cancels + world->fake.reopens, 0);
	}
}

static void a_session_of_somebody_else_is_counted_on(void **state)
{
	for (uint32_t from = 1; from <= 21; from += 10) {
		struct world *world = world_another(state);
		world->fake.ids_go_on_from = from;
		world_add_files(world, 3, 0);
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world_missing(world), 0);
	}
}

static void old_responses_are_passed_over_and_not_for_ever(void **state)
{
	for (unsigned n = 1; n <= 40; n += n < 8 ? 7 : 8) {
		struct world *world = world_another(state);
		world_add_files(world, 3, 0);
		world->fake.strays = n;
		int r = world_plug_in(world);
		assert_int_equal(r == 0, n <= 8);
		assert_int_equal(world->got, n <= 8 ? 3 : 0);
		assert_true(n > 8 || !world->fake.cancels);
	}
}

static void after_a_stall_the_status_is_asked(void **state)
{
	for (unsigned at = 1; at < 9; at++) {
		struct world *world = world_another(state);
		world_add_files(world, 3, 0);
		world->fake.waits_for_status = true;
		world->fake.fault = FAKE_STALL_OK;
		world->fake.fault_at = at;
		world->fake.fault_for = 1;
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world_missing(world), 0);
		assert_int_equal(world->fake.cancels, 0);
	}
}

/* -- cancelling */

static void an_event_that_a_cancel_brings_is_fetched(void **state)
{
	for (unsigned at = 1; at < 12; at++) {
		struct world *world = world_another(state);
		world_add_files(world, 3, 0);
		world->fake.event_after_cancel = true;
		world->fake.fault = FAKE_HANG;
		world->fake.fault_at = at;
		world->fake.fault_for = 1;
		assert_int_equal(world_plug_in(world), 0);
		assert_int_equal(world_missing(world), 0);
		assert_int_equal(world->fake.cancels, world->fake.operations >= at);
		assert_int_equal(world->fake.reopens, 0);
	}
}

static void one_that_hangs_again_and_again_is_given_up(void **state)
{
	struct world *world = *state;
	world_add_files(world, 60, 0);
	world->fake.fault = FAKE_HANG;
	world->fake.fault_at = 10;
	world->fake.fault_for = 100000;
	world->fake.fault_every = 2; /* each time it is mended by a cancel */
	assert_true(world_plug_in(world) < 0);
	assert_true(world->fake.now_ms < 240000);
	assert_true(world->fake.cancels <= 12);
	fake_replug(&world->fake);
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world_missing(world), 0);
}

static void one_that_is_dead_is_let_go_of_longer_each_time(void **state)
{
	struct world *world = *state;
	world_add_files(world, 3, 0);
	world->fake.fault = FAKE_DEAD;
	world->fake.fault_at = 5;
	world->fake.fault_for = 1;
	assert_true(world_plug_in(world) < 0);
	assert_int_equal(world->fake.reopens, 3);
	assert_int_equal(world->fake.quiet_ms[0], 5000);
	assert_int_equal(world->fake.quiet_ms[1], 10000);
	assert_int_equal(world->fake.quiet_ms[2], 20000);
}

/* Something comes before each time-out, and so nothing times out. */
static void a_trickle_is_not_waited_for_to_its_end(void **state)
{
	struct world *world = *state;
	(void)fake_file(&world->fake, world->folder, "LARGE.FIT", "20250103T000000", 200000, 5);
	world->fake.drip_ms = 9000;
	assert_true(world_plug_in(world) < 0);
	assert_int_equal(world->got, 0);
	assert_true(world->fake.now_ms < 1200000);
	fake_replug(&world->fake);
	world->fake.drip_ms = 0;
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world_missing(world), 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		CASE(a_file_that_is_busy_comes_after_the_others),
		CASE(one_that_stays_busy_is_put_off_and_comes_at_the_next_plug_in),
		CASE(one_that_is_busy_with_every_file_is_not_waited_for_long),
		CASE(pieces_may_be_smaller_than_was_asked_for),
		CASE(a_rest_is_gone_on_with_for_its_own_file_only),
		CASE(a_file_that_is_gone_or_grown_since_it_was_listed_is_named),
		CASE(data_in_several_transfers_is_put_together),
		CASE(a_session_of_somebody_else_is_counted_on),
		CASE(old_responses_are_passed_over_and_not_for_ever),
		CASE(after_a_stall_the_status_is_asked),
		CASE(an_event_that_a_cancel_brings_is_fetched),
		CASE(one_that_hangs_again_and_again_is_given_up),
		CASE(one_that_is_dead_is_let_go_of_longer_each_time),
		CASE(a_trickle_is_not_waited_for_to_its_end),
	};
	return cmocka_run_group_tests_name("mtp_odd", tests, NULL, NULL);
}
