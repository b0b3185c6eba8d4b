/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every fault at every operation, at places spread over its bytes: nothing wrong is ever taken, no rule of
 * the protocol is broken, it ends in bounded time, and what did not come in this plug-in comes in the next.
 * (world_plug_in() checks the first two each time.) */
#include "support/test.h"

#include "unit/mtp_world.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	bool ends_the_plug_in; /* else all files come all the same */
	bool passed_over;      /* nothing is cancelled, nothing is asked again */
	bool only_files;       /* the protocol cannot tell: only a file has a checksum */
} faults[FAKE_FAULT_COUNT] = {
	[FAKE_HANG] = { .name = "hang" },
	[FAKE_WEDGE] = { .name = "wedge" },
	[FAKE_DEAD] = { .name = "dead", .ends_the_plug_in = true },
	[FAKE_UNPLUG] = { .name = "unplug", .ends_the_plug_in = true },
	[FAKE_CUT] = { .name = "cut" },
	[FAKE_CUT_OK] = { .name = "cut, said to be whole" },
	[FAKE_STALL] = { .name = "stall" },
	[FAKE_STALL_OK] = { .name = "stall ahead of the response" },
	[FAKE_STALL_MUTE] = { .name = "stall, then silence" },
	[FAKE_STALL_WRITE] = { .name = "stalled command" },
	[FAKE_IO] = { .name = "transfer error" },
	[FAKE_BUSY] = { .name = "busy" },
	[FAKE_NO_DATA] = { .name = "no data" },
	[FAKE_WRONG_DATA] = { .name = "data of another transaction" },
	[FAKE_WRONG_ANSWER] = { .name = "response of another transaction" },
	[FAKE_STRAY] = { .name = "old response", .passed_over = true },
	[FAKE_STRAY_DATA] = { .name = "old data", .passed_over = true },
	[FAKE_EVENT] = { .name = "event on the wrong pipe", .passed_over = true },
	[FAKE_GARBAGE] = { .name = "garbage" },
	[FAKE_PADDING] = { .name = "padding", .passed_over = true },
	[FAKE_NO_SESSION] = { .name = "session forgotten" },
	[FAKE_GENERAL] = { .name = "general error" },
	[FAKE_CLAIMS_MUCH] = { .name = "two gigabytes" },
	[FAKE_LONG] = { .name = "too long" },
	[FAKE_ZEROS] = { .name = "zeros", .only_files = true },
	[FAKE_NONSENSE] = { .name = "nonsense" },
	[FAKE_FLIP] = { .name = "flipped bit", .only_files = true },
};

/* Three small files and one in pieces. */
static struct world *make(unsigned habits)
{
	struct world *world = malloc(sizeof *world);
	assert_non_null(world);
	world_init(world);
	world->forgets = true;
	world->fake.split = habits & 1;
	world->fake.zlp = habits & 2;
	world->fake.packet = habits & 4 ? 64 : 512;
	world->fake.props = habits & 8 ? FAKE_PROPS_ALL : FAKE_PROPS_NONE;
	world->fake.stalls_status = habits & 16;
	world_add_files(world, 9, 0);
	(void)fake_file(&world->fake, world->folder, "LARGE.FIT", "20250103T000000", 540000, 5);
	return world;
}

static void drop(struct world *world)
{
	world_done(world);
	free(world);
}

static bool moves_a_file(uint16_t code)
{
	return code == 0x1009 || code == 0x101B;
}

static void try_one(struct world *world, enum fake_fault fault, unsigned at, unsigned for_how_many,
	size_t offset)
{
	struct fake_watch *fake = &world->fake;
	fake_replug(fake);
	memset(world->known, 0, sizeof world->known);
	fake->fault = fault;
	fake->fault_at = at;
	fake->fault_for = for_how_many;
	fake->fault_offset = offset;
	int r = world_plug_in(world);
	bool all_came = r == 0 && !world_missing(world);
	bool once = for_how_many <= 3;
	if (once && !faults[fault].ends_the_plug_in && !all_came)
		fail_msg("%s at operation %u, byte %zu: %d, %u missing; %s", faults[fault].name, at,
			offset, r, world_missing(world), world->why);
	/* what a cancel mends needs no more than that */
	if (once && fault != FAKE_WEDGE && fault != FAKE_DEAD && fake->reopens)
		fail_msg("%s at operation %u, byte %zu: opened anew", faults[fault].name, at,
			offset);
	if (once && faults[fault].passed_over && fake->cancels)
		fail_msg("%s at operation %u, byte %zu: cancelled", faults[fault].name, at, offset);
	if (fault == FAKE_UNPLUG && r != -ENODEV && !all_came)
		fail_msg("unplugged at operation %u, byte %zu: %d", at, offset, r);
	if (fake->now_ms > (once ? 150000u : 1200000u) || fake->operations > 400)
		fail_msg("%s at operation %u, byte %zu: %u s, %u operations", faults[fault].name,
			at, offset, (unsigned)(fake->now_ms / 1000), fake->operations);
	if (all_came && at % 5)
		return; /* nothing is left to come */
	fake_replug(fake);
	assert_int_equal(world_plug_in(world), 0);
	assert_int_equal(world_missing(world), 0);
}

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void survives(unsigned habits)
{
	static const size_t offsets[] = { 0, 11, 12, 13, 24, 512, 1000 };
	struct world *world = make(habits);
	uint16_t log[200];
	uint32_t seed = habits + 1;
	assert_int_equal(world_plug_in(world), 0);
	unsigned operations = world->fake.operations;
	assert_true(operations < 200);
	memcpy(log, world->fake.log, sizeof log);
	unsigned cases = 0;
	for (int fault = 1; fault < FAKE_FAULT_COUNT; fault++)
		for (unsigned at = 1; at <= operations; at++) {
			if (faults[fault].only_files && !moves_a_file(log[at - 1]))
				continue;
			/* a known place and one by chance take turns */
			unsigned for_how_many = fault == FAKE_BUSY ? 3 : 1;
			size_t known = offsets[(at + (unsigned)fault) % 7];
			size_t chance = next(&seed) % (moves_a_file(log[at - 1]) ? 270000 : 300);
			try_one(world, (enum fake_fault)fault, at, for_how_many,
				(at + (unsigned)fault + habits) % 2 ? known : chance);
			cases++;
		}
	print_message("%u faults at %u operations\n", cases, operations);
	drop(world);
}

static void survives_each_fault_once_split(void **state)
{
	(void)state;
	survives(1);
}

static void survives_each_fault_once_unsplit(void **state)
{
	(void)state;
	survives(2);
}

static void survives_each_fault_once_with_small_packets(void **state)
{
	(void)state;
	survives(1 | 2 | 4);
}

static void survives_each_fault_once_with_property_lists(void **state)
{
	(void)state;
	survives(1 | 8 | 16);
}

/* From some operation on the watch is never well again in this plug-in. */
static void ends_in_bounded_time_when_a_fault_stays(void **state)
{
	(void)state;
	for (unsigned habits = 0; habits < 32; habits += 3) {
		struct world *world = make(habits);
		for (int fault = 1; fault < FAKE_FAULT_COUNT; fault++)
			if (!faults[fault].only_files)
				for (unsigned at = 1; at < 24; at += 5)
					try_one(world, (enum fake_fault)fault, at, 100000,
						(size_t)at * 3);
		drop(world);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(survives_each_fault_once_split),
		cmocka_unit_test(survives_each_fault_once_unsplit),
		cmocka_unit_test(survives_each_fault_once_with_small_packets),
		cmocka_unit_test(survives_each_fault_once_with_property_lists),
		cmocka_unit_test(ends_in_bounded_time_when_a_fault_stays),
	};
	return cmocka_run_group_tests_name("mtp_faults", tests, NULL, NULL);
}
