/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must hold for every file: made-up ones are read back as they were made, and damage of any
 * kind ends in an answer. The seed is printed; KNEAD_SEED repeats a run. */
#include "support/test.h"

#include "base/cleanup.h"
#include "tcx/tcx.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ROUNDS 200
#define TEXT_MAX 60000

static uint64_t seed;

/* xorshift64* */
static uint32_t roll(uint32_t below)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (uint32_t)(seed * 2685821657736338717u >> 33) % below;
}

struct text {
	char data[TEXT_MAX];
	size_t size;
};

__attribute__((format(printf, 2, 3))) static void put(struct text *text, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int n = vsnprintf(text->data + text->size, TEXT_MAX - text->size, format, arguments);
	va_end(arguments);
	assert_true(n >= 0 && text->size + (size_t)n < TEXT_MAX);
	text->size += (size_t)n;
}

/* What was made, to compare with what is read. */
struct made {
	uint32_t laps, points;
	double timer_s, distance_m;
	float hr_bpm[256];
};

/* An activity of a few laps from 2026-05-03T06:00:00Z on, one sample a second. */
static void make(struct text *text, struct made *made)
{
	static const char *const prefixes[] = { "", "ns3:", "x:" };
	const char *p = prefixes[roll(3)];
	*made = (struct made) { .laps = roll(5) };
	text->size = 0;
	for (uint32_t i = roll(4); i > 0; i--)
		put(text, "%s", roll(2) ? " " : "\n");
	put(text, "<?xml version=\"1.0\"?>%s<TrainingCenterDatabase xmlns:ns3=\"a\" xmlns:x=\"b\">",
		roll(2) ? "\r\n" : "");
	put(text, "<Activities><Activity Sport=\"Running\"><Id>2026-05-03T06:00:00Z</Id>");
	for (uint32_t lap = 0; lap < made->laps; lap++) {
		double seconds = roll(100000) / 1000.0, metres = roll(1000000) / 100.0;
		made->timer_s += seconds;
		made->distance_m += metres;
		put(text, "<Lap><TotalTimeSeconds>%.3f</TotalTimeSeconds>", seconds);
		put(text, "<DistanceMeters> %.2f\n</DistanceMeters><Track>", metres);
		for (uint32_t i = roll(40); i > 0 && made->points < 200; i--) {
			uint32_t at = made->points, hr = roll(256);
			made->hr_bpm[made->points++] = (float)hr;
			put(text, "<Trackpoint><Time>2026-05-03T06:%02u:%02uZ</Time>", at / 60,
				at % 60);
			put(text, "<HeartRateBpm><Value>%u</Value></HeartRateBpm>", hr);
			put(text, "<Extensions><%sTPX><%sSpeed>1</%sSpeed></%sTPX></Extensions>", p,
				p, p, p);
			put(text, "</Trackpoint>%s", roll(2) ? "\n\t" : "<!-- -->");
		}
		put(text, "</Track></Lap>");
	}
	put(text, "</Activity></Activities></TrainingCenterDatabase>");
}

static int decode(const void *data, size_t size, struct decoded_file *file)
{
	struct parse_error err = { 0 };
	/* an exact copy on the heap, so that the sanitizer sees a read beyond it */
	AUTO_FREE uint8_t *copy = malloc(size ? size : 1);
	assert_non_null(copy);
	memcpy(copy, data, size);
	decoded_file_init(file);
	int r = tcx_decode(copy, size, file, &err);
	assert_true(r == 0 || r == -EBADMSG || r == -EFBIG);
	if (r < 0) {
		assert_non_null(err.what);
		assert_true(err.offset <= size);
		assert_false(file->valid);
	}
	for (size_t i = 0; i < file->problems_n; i++) {
		assert_non_null(file->problems[i].what);
		assert_true(file->problems[i].offset <= size);
	}
	return r;
}

static struct text text;
static struct made made;

static void what_is_made_is_read_back(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct decoded_file file;
		make(&text, &made);
		assert_int_equal(decode(text.data, text.size, &file), 0);
		assert_true(file.valid);
		const struct activity *a = file.activities;
		assert_int_equal(a->summary.laps, made.laps);
		assert_int_equal(a->records_n, made.points);
		for (size_t i = 0; i < a->records_n; i++) {
			assert_true(a->records[i].hr_bpm == made.hr_bpm[i]);
			assert_true(a->records[i].time_ms == (1777788000 + (int64_t)i) * 1000);
			assert_true(a->records[i].speed_mps == 1);
		}
		if (made.laps) {
			assert_near(a->summary.stated.timer_s, made.timer_s, 1e-6);
			assert_near(a->summary.stated.distance_m, made.distance_m, 1e-6);
		}
		decoded_file_done(&file);
	}
}

/* A cut file is never valid, and what it yields only grows with its length. */
static void every_prefix_fails_cleanly_and_yields_no_less_than_a_shorter_one(void **state)
{
	(void)state;
	size_t records = 0;
	make(&text, &made);
	for (size_t n = 0; n < text.size; n++) {
		struct decoded_file file;
		(void)decode(text.data, n, &file);
		assert_false(file.valid);
		size_t now = file.activities_n ? file.activities[0].records_n : 0;
		assert_true(now >= records);
		records = now;
		decoded_file_done(&file);
	}
	assert_int_equal(records, made.points);
}

static void flipped_bytes_end_in_an_answer(void **state)
{
	(void)state;
	for (int round = 0; round < 10 * ROUNDS; round++) {
		struct decoded_file file;
		if (round % 20 == 0)
			make(&text, &made);
		size_t at[3];
		char before[3];
		for (int i = 0; i < 3; i++) {
			at[i] = roll((uint32_t)text.size);
			before[i] = text.data[at[i]];
			text.data[at[i]] = (char)roll(256);
		}
		(void)decode(text.data, text.size, &file);
		decoded_file_done(&file);
		for (int i = 2; i >= 0; i--)
			text.data[at[i]] = before[i];
	}
}

/* Pieces of one file after another, in any order: elements where none belong. */
static void shuffled_pieces_end_in_an_answer(void **state)
{
	(void)state;
	static const char *const pieces[] = { "<Activity>", "</Activity>", "<Lap>", "</Lap>",
		"<Track>", "</Track>", "<Trackpoint>", "</Trackpoint>",
		"<Time>2026-05-03T06:00:00Z</Time>", "<Id>2026-05-03T06:00:00Z</Id>",
		"<TotalTimeSeconds>5</TotalTimeSeconds>", "<Course>", "</Course>", "<Trackpoint/>",
		"<Lap StartTime=\"2026-05-03T06:00:00Z\"/>", "<Activity Sport='Biking'/>",
		"<Creator><Name>n</Name></Creator>", "text", "&#x10ffff;" };
	for (int round = 0; round < 10 * ROUNDS; round++) {
		struct decoded_file file;
		text.size = 0;
		put(&text, "<TrainingCenterDatabase>");
		for (uint32_t i = roll(30); i > 0; i--)
			put(&text, "%s", pieces[roll(sizeof pieces / sizeof pieces[0])]);
		put(&text, "</TrainingCenterDatabase>");
		(void)decode(text.data, text.size, &file);
		size_t records = 0;
		for (size_t i = 0; i < file.activities_n; i++)
			records += file.activities[i].summary.records;
		assert_true(records <= 30);
		decoded_file_done(&file);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_made_is_read_back),
		cmocka_unit_test(every_prefix_fails_cleanly_and_yields_no_less_than_a_shorter_one),
		cmocka_unit_test(flipped_bytes_end_in_an_answer),
		cmocka_unit_test(shuffled_pieces_end_in_an_answer),
	};
	const char *given = getenv("KNEAD_SEED");
	seed = given ? strtoull(given, NULL, 0) : 20260503;
	(void)printf("seed %llu\n", (unsigned long long)seed);
	tcx_prepare();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
