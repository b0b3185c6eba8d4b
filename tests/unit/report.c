/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What crosses the channel between a program and kneadd-parse. */
#include "support/test.h"

#include "ipc/wire.h"
#include "support/report_make.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PACKETS_MAX 2000

/* Packets as they were sent. */
struct tape {
	struct packet {
		size_t size;
		uint8_t data[WIRE_PACKET_MAX_BYTES];
	} * packets;
	size_t n;
};

static int record(const void *packet, size_t size, void *userdata)
{
	struct tape *tape = userdata;
	assert_true(tape->n < PACKETS_MAX && size <= WIRE_PACKET_MAX_BYTES);
	struct packet *kept = &tape->packets[tape->n++];
	kept->size = size;
	memcpy(kept->data, packet, size);
	return 0;
}

static void tape_of(const struct report *report, struct tape *ret)
{
	*ret = (struct tape) { .packets = calloc(PACKETS_MAX, sizeof *ret->packets) };
	assert_non_null(ret->packets);
	assert_int_equal(wire_send_report(report, record, ret), 0);
}

static void tape_done(struct tape *tape)
{
	free(tape->packets);
}

/* Takes the whole tape; the last result. */
static int play(const struct tape *tape, struct report *ret)
{
	struct wire_reader reader = { .report = ret };
	int r = 0;
	for (size_t i = 0; r == 0 && i < tape->n; i++)
		r = wire_reader_take(&reader, tape->packets[i].data, tape->packets[i].size);
	return r;
}

/* Two reports say the same when they make the same packets. */
static void assert_same(const struct report *a, const struct report *b)
{
	struct tape first, second;
	tape_of(a, &first);
	tape_of(b, &second);
	assert_int_equal(first.n, second.n);
	for (size_t i = 0; i < first.n; i++) {
		assert_int_equal(first.packets[i].size, second.packets[i].size);
		assert_memory_equal(
			first.packets[i].data, second.packets[i].data, first.packets[i].size);
	}
	tape_done(&first);
	tape_done(&second);
}

static void a_report_arrives_as_it_was_sent(void **state)
{
	(void)state;
	uint64_t seed = 20260503;
	for (int round = 0; round < 100; round++) {
		struct report sent, got;
		struct tape tape;
		report_init(&sent);
		report_init(&got);
		report_make(&seed, &sent);
		tape_of(&sent, &tape);
		assert_int_equal(play(&tape, &got), 1);
		assert_same(&sent, &got);
		assert_int_equal(got.activities_n, sent.activities_n);
		assert_string_equal(got.why, sent.why);
		assert_string_equal(got.manufacturer_name, sent.manufacturer_name);
		tape_done(&tape);
		report_done(&sent);
		report_done(&got);
	}
}

/* A report with one activity whose every number differs from every other. */
static void make_distinct(struct report *report)
{
	report_init(report);
	report->format = FILE_FORMAT_FIT;
	struct report_activity *a = report_add_activity(report);
	assert_non_null(a);
	a->summary.start_ms = 1777788764000;
	a->summary.laps = 15;
	a->summary.records = 5311;
	a->summary.stated.timer_s = 5311.5;
	a->summary.stated.rpe = 6;
	a->numbers.timer_s = 5311.25;
	a->numbers.load = 92.4;
	a->numbers.rtss = 95.1;
	a->numbers.damage_steps[2] = 7;
	a->numbers.region_steps[4] = 8;
	a->numbers.profile.values[PROFILE_HR_MAX_BPM] =
		(struct profile_value) { .value = 188, .source = VALUE_DEVICE };
}

static void assert_distinct(const struct report_activity *a)
{
	assert_int_equal(a->summary.start_ms, 1777788764000);
	assert_int_equal(a->summary.laps, 15);
	assert_int_equal(a->summary.records, 5311);
	assert_near(a->summary.stated.timer_s, 5311.5, 0);
	assert_near(a->summary.stated.elapsed_s, NAN, 0);
	assert_near(a->numbers.timer_s, 5311.25, 0);
	assert_near(a->numbers.load, 92.4, 0);
	assert_near(a->numbers.rtss, 95.1, 0);
}

static void assert_distinct_lists(const struct report_activity *a)
{
	assert_near(a->numbers.hrtss, NAN, 0);
	assert_near(a->numbers.damage_steps[2], 7, 0);
	assert_near(a->numbers.region_steps[4], 8, 0);
	assert_near(a->numbers.profile.values[PROFILE_HR_MAX_BPM].value, 188, 0);
	assert_int_equal(a->numbers.profile.values[PROFILE_HR_MAX_BPM].source, VALUE_DEVICE);
}

static void every_field_lands_where_it_belongs(void **state)
{
	(void)state;
	struct report sent, got;
	struct tape tape;
	make_distinct(&sent);
	report_init(&got);
	tape_of(&sent, &tape);
	assert_int_equal(play(&tape, &got), 1);
	assert_int_equal(got.activities_n, 1);
	assert_distinct(&got.activities[0]);
	assert_distinct_lists(&got.activities[0]);
	tape_done(&tape);
	report_done(&sent);
	report_done(&got);
}

static void a_missing_packet_makes_the_report_worthless(void **state)
{
	(void)state;
	uint64_t seed = 7;
	for (int round = 0; round < 30; round++) {
		struct report sent;
		struct tape tape;
		report_init(&sent);
		report_make(&seed, &sent);
		tape_of(&sent, &tape);
		for (size_t lost = 0; lost < tape.n; lost++) {
			struct report got;
			struct wire_reader reader = { .report = &got };
			report_init(&got);
			int r = 0;
			for (size_t i = 0; r == 0 && i < tape.n; i++)
				if (i != lost)
					r = wire_reader_take(&reader, tape.packets[i].data,
						tape.packets[i].size);
			assert_int_not_equal(r, 1);
			report_done(&got);
		}
		tape_done(&tape);
		report_done(&sent);
	}
}

static void a_cut_packet_is_refused(void **state)
{
	(void)state;
	struct report sent;
	struct tape tape;
	make_distinct(&sent);
	tape_of(&sent, &tape);
	for (size_t k = 0; k < tape.n; k++)
		for (size_t size = 0; size < tape.packets[k].size; size++) {
			struct report got;
			struct wire_reader reader = { .report = &got };
			report_init(&got);
			int r = 0;
			for (size_t i = 0; r == 0 && i <= k; i++) {
				/* on the heap, so that a sanitizer sees a read beyond the end */
				size_t n = i == k ? size : tape.packets[i].size;
				uint8_t *copy = malloc(n ? n : 1);
				assert_non_null(copy);
				memcpy(copy, tape.packets[i].data, n);
				r = wire_reader_take(&reader, copy, n);
				free(copy);
			}
			assert_int_equal(r, -EBADMSG);
			report_done(&got);
		}
	tape_done(&tape);
	report_done(&sent);
}

/* What any receiver may rely on, whatever was sent. */
static void assert_sound(const struct report *report)
{
	assert_true(report->activities_n <= FILE_MAX_ACTIVITIES);
	assert_true(report->wellness.n <= WELLNESS_MAX_PARTS);
	assert_true(report->counts_n <= REPORT_MAX_COUNTS);
	assert_true(report->format < FILE_FORMAT_COUNT && report->kind < FILE_KIND_COUNT);
	for (size_t i = 0; i < report->activities_n; i++) {
		const struct activity_numbers *n = &report->activities[i].numbers;
		assert_true(n->load_source < LOAD_SOURCE_COUNT);
		assert_false(isinf(n->load) || n->load < 0);
		assert_true(report->activities[i].summary.records <= FILE_MAX_RECORDS);
	}
}

static void a_flipped_bit_is_refused_or_harmless(void **state)
{
	(void)state;
	uint64_t seed = 99;
	struct report sent;
	struct tape tape;
	report_init(&sent);
	while (sent.activities_n < 2 || sent.wellness.n < 2 || sent.problems_n > 6) {
		report_done(&sent);
		report_make(&seed, &sent);
	}
	tape_of(&sent, &tape);
	for (int round = 0; round < 20000; round++) {
		struct packet *hit = &tape.packets[random_next(&seed) % tape.n];
		size_t bit = (random_next(&seed) >> 8) % (hit->size * 8);
		struct report got;
		report_init(&got);
		hit->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		int r = play(&tape, &got);
		hit->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_true(r == 1 || r == -EBADMSG);
		if (bit / 8 < WIRE_HEAD_BYTES)
			assert_int_equal(r, -EBADMSG); /* nothing in a head may change */
		if (r == 1)
			assert_sound(&got);
		report_done(&got);
	}
	tape_done(&tape);
	report_done(&sent);
}

static void nothing_may_follow_the_end(void **state)
{
	(void)state;
	struct report sent, got;
	struct tape tape;
	make_distinct(&sent);
	report_init(&got);
	tape_of(&sent, &tape);
	struct wire_reader reader = { .report = &got };
	int r = 0;
	for (size_t i = 0; i < tape.n; i++)
		r = wire_reader_take(&reader, tape.packets[i].data, tape.packets[i].size);
	assert_int_equal(r, 1);
	r = wire_reader_take(&reader, tape.packets[1].data, tape.packets[1].size);
	assert_int_equal(r, -EBADMSG);
	tape_done(&tape);
	report_done(&sent);
	report_done(&got);
}

/* An honest looking report with one number that no rule allows. */
static int send_with(double load)
{
	struct report sent, got;
	struct tape tape;
	make_distinct(&sent);
	report_init(&got);
	sent.activities[0].numbers.load = load;
	tape = (struct tape) { .packets = calloc(PACKETS_MAX, sizeof *tape.packets) };
	assert_non_null(tape.packets);
	int r = wire_send_report(&sent, record, &tape);
	if (r == 0)
		r = play(&tape, &got);
	tape_done(&tape);
	report_done(&sent);
	report_done(&got);
	return r;
}

static void numbers_that_cannot_be_are_not_believed(void **state)
{
	(void)state;
	assert_int_equal(send_with(12.5), 1);
	assert_int_equal(send_with(NAN), 1);
	assert_int_equal(send_with(-1), -EBADMSG);
	assert_int_equal(send_with(1e300), -EBADMSG);
	assert_int_equal(send_with(INFINITY), -EINVAL); /* not even sent */
}

static void an_honest_sender_settles_what_would_be_refused(void **state)
{
	(void)state;
	struct report sent, got;
	struct tape tape;
	make_distinct(&sent);
	report_init(&got);
	sent.activities[0].numbers.load = -3;
	sent.activities[0].numbers.rtss = INFINITY;
	sent.activities[0].summary.stated.rpe = 11;
	uint8_t bytes[] = { 1, 50, 60, 101 };
	struct wellness_part part = { .day = INT32_MAX, .kind = WELLNESS_STRESS, .bytes = bytes };
	part.size = 2;
	assert_int_equal(report_add_wellness(&sent, &part), 0);
	part.day = 20000;
	assert_int_equal(report_add_wellness(&sent, &part), 0);
	part.day++;
	part.size = sizeof bytes; /* stress of 101 */
	assert_int_equal(report_add_wellness(&sent, &part), 0);
	assert_int_equal(report_settle(&sent), 5);
	tape_of(&sent, &tape);
	assert_int_equal(play(&tape, &got), 1);
	assert_near(got.activities[0].numbers.load, NAN, 0);
	assert_near(got.activities[0].summary.stated.rpe, NAN, 0);
	assert_int_equal(got.wellness.n, 1);
	assert_int_equal(got.wellness.list[0].day, 20000);
	tape_done(&tape);
	report_done(&sent);
	report_done(&got);
}

static void lists_end_at_their_limits(void **state)
{
	(void)state;
	struct report report;
	report_init(&report);
	for (unsigned i = 0; i < FILE_MAX_ACTIVITIES; i++)
		assert_non_null(report_add_activity(&report));
	assert_null(report_add_activity(&report));
	assert_int_equal(errno, EFBIG);
	uint8_t bytes[] = { 1, 50 };
	struct wellness_part part = { .kind = WELLNESS_STRESS, .size = 2, .bytes = bytes };
	for (unsigned i = 0; i < WELLNESS_MAX_PARTS; i++)
		assert_int_equal(report_add_wellness(&report, &part), 0);
	assert_int_equal(report_add_wellness(&report, &part), -EFBIG);
	for (unsigned i = 0; i < REPORT_MAX_COUNTS; i++)
		assert_non_null(report_add_count(&report));
	assert_null(report_add_count(&report));
	for (unsigned i = 0; i < 100; i++)
		report_add_problem(&report, i, "odd");
	assert_int_equal(report.problems_n, FILE_MAX_PROBLEMS + 1);
	report_done(&report);
}

static void make_request(struct parse_request *ret)
{
	parse_request_init(ret);
	ret->runner.sex = SEX_FEMALE;
	ret->runner.birth_year = 1985;
	ret->runner.entries_n = PROFILE_MAX_ENTRIES;
	for (size_t i = 0; i < PROFILE_MAX_ENTRIES; i++)
		ret->runner.entries[i] = (struct profile_entry) {
			.key = (enum profile_key)(i % PROFILE_KEY_COUNT),
			.from_day = i ? (int32_t)(20000 + i) : PROFILE_ALWAYS,
			.value = 100 + (double)i,
		};
	ret->zone.n = ZONE_RULES_MAX;
	for (size_t i = 0; i < ZONE_RULES_MAX; i++)
		ret->zone.at[i] =
			(struct zone_rule) { (int64_t)i * 86400 - 100, i % 2 ? 3600 : -34200 };
}

static void a_request_arrives_as_it_was_sent(void **state)
{
	(void)state;
	uint8_t packet[WIRE_PACKET_MAX_BYTES];
	struct parse_request sent, got;
	make_request(&sent);
	int size = wire_put_request(&sent, packet);
	assert_true(size > 0);
	assert_int_equal(wire_get_request(packet, (size_t)size, &got), 0);
	assert_int_equal(got.runner.sex, SEX_FEMALE);
	assert_int_equal(got.runner.birth_year, 1985);
	assert_int_equal(got.runner.entries_n, PROFILE_MAX_ENTRIES);
	assert_int_equal(got.runner.entries[0].from_day, PROFILE_ALWAYS);
	assert_int_equal(got.runner.entries[63].from_day, 20063);
	assert_near(got.runner.entries[63].value, 163, 0);
	assert_int_equal(zone_rules_at(&got.zone, -100), -34200);
	assert_int_equal(zone_rules_at(&got.zone, INT64_MAX), 3600);
	for (int n = 0; n < size; n++)
		assert_int_equal(wire_get_request(packet, (size_t)n, &got), -EBADMSG);
}

static void a_request_that_breaks_a_rule_is_refused(void **state)
{
	(void)state;
	uint8_t packet[WIRE_PACKET_MAX_BYTES];
	struct parse_request sent, got;
	make_request(&sent);
	sent.runner.entries_n = PROFILE_MAX_ENTRIES + 1;
	assert_int_equal(wire_put_request(&sent, packet), -EINVAL);
	make_request(&sent);
	sent.zone.at[7].offset_s = 100 * 3600;
	int size = wire_put_request(&sent, packet);
	assert_int_equal(wire_get_request(packet, (size_t)size, &got), -EBADMSG);
	make_request(&sent);
	sent.zone.at[7].from_s = sent.zone.at[6].from_s;
	size = wire_put_request(&sent, packet);
	assert_int_equal(wire_get_request(packet, (size_t)size, &got), -EBADMSG);
	sent.zone.n = ZONE_RULES_MAX + 1;
	assert_int_equal(wire_put_request(&sent, packet), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_arrives_as_it_was_sent),
		cmocka_unit_test(every_field_lands_where_it_belongs),
		cmocka_unit_test(a_missing_packet_makes_the_report_worthless),
		cmocka_unit_test(a_cut_packet_is_refused),
		cmocka_unit_test(a_flipped_bit_is_refused_or_harmless),
		cmocka_unit_test(nothing_may_follow_the_end),
		cmocka_unit_test(numbers_that_cannot_be_are_not_believed),
		cmocka_unit_test(an_honest_sender_settles_what_would_be_refused),
		cmocka_unit_test(lists_end_at_their_limits),
		cmocka_unit_test(a_request_arrives_as_it_was_sent),
		cmocka_unit_test(a_request_that_breaks_a_rule_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
