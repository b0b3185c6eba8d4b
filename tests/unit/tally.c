/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept of samples says the same as the samples, and survives being written down. */
#include "support/test.h"

#include "ipc/fields.h"
#include "metrics/drift.h"
#include "metrics/stats.h"
#include "metrics/steps.h"

#include <stdlib.h>
#include <string.h>

#define ROWS 4000

static uint64_t next(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 33;
}

static double between(uint64_t *state, double lo, double hi)
{
	return lo + (hi - lo) * (double)(next(state) % 1000000) / 1e6;
}

/* An hour of running with intervals, hills and holes. */
struct sampled {
	double speed[ROWS], grade[ROWS], spm[ROWS], contact[ROWS], way[ROWS], hr[ROWS];
};

static void make(uint64_t *state, struct sampled *s)
{
	double usual = between(state, 1.5, 4.5), way = 0, pulse = 120;
	for (size_t i = 0; i < ROWS; i++) {
		bool fast = i / 200 % 3 == 1;
		s->speed[i] = usual * (fast ? 1.4 : 1.0) + between(state, -0.3, 0.3);
		s->grade[i] = between(state, -0.1, 0.1);
		s->spm[i] = next(state) % 50 ? between(state, 150, 190) : 0;
		s->contact[i] = between(state, 180, 300);
		way += s->speed[i];
		s->way[i] = way;
		pulse = clamp(pulse + (double)(next(state) % 3) - 1, 90, 195);
		s->hr[i] = next(state) % 20 ? round(pulse) : (double)NAN;
		if (next(state) % 100 == 0)
			s->speed[i] = (double)NAN;
	}
}

/* The tally that numbers_compute() would keep of it. */
static void keep(const struct sampled *s, struct tally *ret)
{
	struct tally_sums level = { 0 }, steps = { 0 };
	tally_init(ret);
	ret->seconds = ROWS;
	ret->down = 0;
	for (size_t i = 0; i < ROWS; i++) {
		if (!isnan(s->hr[i]))
			ret->hr_s[(int)s->hr[i] - TALLY_HR_MIN_BPM]++;
		if (s->spm[i] > 0)
			tally_add(&steps, s->spm[i] / 60, s->speed[i], 1);
		if (i > 0 && isnan(s->speed[i]))
			ret->level_m += s->way[i] - s->way[i - 1];
		else if (i > 0)
			tally_add(&level, s->way[i] - s->way[i - 1], s->speed[i], 3);
	}
	tally_close(&level, &ret->level);
	tally_close(&steps, &ret->steps);
	struct steps_input input = { ROWS, s->spm, s->speed, s->contact, s->grade, (double)NAN };
	steps_regions(&input, ret->region_steps);
	drift_tally(&input, &ret->contacts);
}

static void near(double actual, double expected, double relative)
{
	assert_near(actual, expected, fabs(expected) * relative);
}

static void loads_of_a_tally_are_those_of_its_samples(void **state)
{
	(void)state;
	uint64_t random = 7;
	struct sampled *s = calloc(1, sizeof *s);
	for (int round = 0; round < 40; round++) {
		struct tally tally;
		make(&random, s);
		keep(s, &tally);
		struct heart_limits limits = { (enum sex)(round % SEX_COUNT), 50,
			between(&random, 150, 210), (double)NAN, (double)NAN, (double)NAN };
		struct heart_loads wanted, found;
		heart_loads(s->hr, ROWS, &limits, &wanted);
		tally_heart(&tally, &limits, &found);
		near(found.banister, wanted.banister, 1e-12);
		near(found.edwards, wanted.edwards, 1e-12);
		near(found.lucia, wanted.lucia, 1e-12);
		near(found.hrtss, wanted.hrtss, 1e-12);
		near(found.coverage, wanted.coverage, 1e-12);
	}
	free(s);
}

static void dose_and_regions_of_a_tally_are_those_of_its_samples(void **state)
{
	(void)state;
	uint64_t random = 11;
	struct sampled *s = calloc(1, sizeof *s);
	for (int round = 0; round < 200; round++) {
		struct tally tally;
		make(&random, s);
		keep(s, &tally);
		double threshold = round % 10 ? between(&random, 1.2, 6.5) : (double)NAN;
		struct steps_dose_input dose_input = { .n = ROWS,
			.distance_m = s->way,
			.graded_mps = s->speed,
			.threshold_mps = threshold };
		struct steps_dose dose;
		steps_dose(&dose_input, &dose);
		near(tally_dose(&tally, threshold), dose.dose, 2e-3);
		struct steps_input input = { ROWS, s->spm, s->speed, s->contact, s->grade,
			threshold };
		double wanted[REGION_COUNT], found[REGION_COUNT];
		steps_regions(&input, wanted);
		tally_regions(&tally, threshold, found);
		for (size_t r = 0; r < REGION_COUNT; r++)
			near(found[r], wanted[r], 2e-3);
	}
	free(s);
}

static void an_even_pace_is_exact_whatever_bin_it_falls_in(void **state)
{
	(void)state;
	for (double v = 0.05; v < 12; v += 0.05) {
		struct tally tally;
		struct tally_sums level = { 0 };
		tally_init(&tally);
		tally.down = 100;
		tally_add(&level, 10000, v, 3);
		tally_close(&level, &tally.level);
		double wanted = 100 + 10000 * steps_level_weight(v / 3.3);
		near(tally_dose(&tally, 3.3), wanted, 1e-6);
	}
}

static void a_tally_survives_being_written_down(void **state)
{
	(void)state;
	uint64_t random = 5;
	struct sampled *s = calloc(1, sizeof *s);
	for (int round = 0; round < 50; round++) {
		struct tally tally, got;
		make(&random, s);
		keep(s, &tally);
		size_t contacts_n = 0;
		for (size_t i = 0; i < TALLY_CONTACT_BINS; i++)
			contacts_n += tally.contacts.seconds[i] > 0;
		assert_true(contacts_n > 3);
		uint8_t bytes[8192];
		struct codec out = codec_encoder(bytes, sizeof bytes);
		fields_tally(&out, &tally);
		assert_true(codec_ok(&out));
		/* without its contact times, at the very end, it is one of an older store */
		size_t older = out.out.size - 9 * contacts_n - 1;
		for (size_t size = 0; size < out.out.size; size += 7) {
			struct codec cut = codec_decoder(bytes, size);
			tally_init(&got);
			fields_tally(&cut, &got);
			assert_int_equal(codec_ok(&cut), size == older);
		}
		struct codec old = codec_decoder(bytes, older);
		tally_init(&got);
		fields_tally(&old, &got);
		assert_true(codec_ok(&old) && !drift_has_contacts(&got.contacts));
		struct codec in = codec_decoder(bytes, out.out.size);
		tally_init(&got);
		fields_tally(&in, &got);
		assert_true(codec_ok(&in));
		assert_memory_equal(got.hr_s, tally.hr_s, sizeof got.hr_s);
		assert_memory_equal(&got.level, &tally.level, sizeof got.level);
		assert_memory_equal(&got.steps, &tally.steps, sizeof got.steps);
		assert_memory_equal(&got.contacts, &tally.contacts, sizeof got.contacts);
		assert_true(tally_dose(&got, 3.1) == tally_dose(&tally, 3.1));
	}
	free(s);
}

static void the_fullest_tally_fits_into_a_packet_and_noise_is_refused_or_harmless(void **state)
{
	(void)state;
	struct tally tally, got;
	tally_init(&tally);
	memset(tally.hr_s, 1, sizeof tally.hr_s);
	for (size_t i = 0; i < TALLY_HR_BINS; i++)
		tally.hr_s[i] = 300000;
	for (size_t i = 0; i < TALLY_SPEED_BINS; i++)
		tally.level.amount[i] = tally.level.moment[i] = tally.steps.amount[i] =
			tally.steps.moment[i] = 1;
	for (size_t i = 0; i < TALLY_CONTACT_BINS; i++)
		tally.contacts.seconds[i] = tally.contacts.ms_sum[i] = 1;
	uint8_t bytes[7000];
	struct codec out = codec_encoder(bytes, sizeof bytes);
	fields_tally(&out, &tally);
	assert_true(codec_ok(&out));
	uint64_t random = 3;
	for (int round = 0; round < 20000; round++) {
		size_t at = next(&random) % out.out.size;
		uint8_t was = bytes[at];
		bytes[at] = (uint8_t)next(&random);
		struct codec in = codec_decoder(bytes, out.out.size);
		tally_init(&got);
		fields_tally(&in, &got);
		for (size_t i = 0; codec_ok(&in) && i < TALLY_SPEED_BINS; i++)
			assert_true(got.level.amount[i] >= 0 && isfinite(got.level.moment[i]));
		for (size_t i = 0; codec_ok(&in) && i < TALLY_CONTACT_BINS; i++)
			assert_true(
				got.contacts.seconds[i] >= 0 && isfinite(got.contacts.ms_sum[i]));
		bytes[at] = was;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loads_of_a_tally_are_those_of_its_samples),
		cmocka_unit_test(dose_and_regions_of_a_tally_are_those_of_its_samples),
		cmocka_unit_test(an_even_pace_is_exact_whatever_bin_it_falls_in),
		cmocka_unit_test(a_tally_survives_being_written_down),
		cmocka_unit_test(
			the_fullest_tally_fits_into_a_packet_and_noise_is_refused_or_harmless),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
