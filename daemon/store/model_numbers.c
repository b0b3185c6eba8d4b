/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/model_numbers.h"

#include "activity/names.h"
#include "base/bytes.h"
#include "base/num.h"
#include "store/recording.h"

#include <errno.h>

/* Those of an older store knew neither the feel nor, before that, form drift. */
#define WITHOUT_FEEL_BYTES (MODEL_NUMBERS_BYTES - sizeof(double))
#define WITHOUT_DRIFT_BYTES (WITHOUT_FEEL_BYTES - sizeof(double))

void model_numbers_write(const struct report_activity *activity, uint8_t ret[MODEL_NUMBERS_BYTES])
{
	const struct activity_numbers *numbers = &activity->numbers;
	bool run = summary_is_run(&activity->summary);
	struct bytes_out out = bytes_out_of(ret, MODEL_NUMBERS_BYTES);
	bytes_put_f64(&out, num_round(numbers->load, 4));
	bytes_put_f64(&out, run ? num_round(recording_distance_m(activity), 4) : NAN);
	bytes_put_f64(&out, run ? num_round(numbers->soreness_dose, 4) : NAN);
	bytes_put_f64(&out, run ? num_round(numbers->soreness_down, 4) : NAN);
	for (size_t i = 0; i < TISSUE_COUNT; i++)
		bytes_put_f64(&out, run ? num_round(numbers->damage_steps[i], 4) : NAN);
	for (size_t i = 0; i < REGION_COUNT; i++)
		bytes_put_f64(&out, run ? num_round(numbers->region_steps[i], 4) : NAN);
	bytes_put_f64(&out, run ? num_round(numbers->form_drift, 4) : NAN);
	bytes_put_f64(&out, activity->summary.stated.feel);
}

int model_numbers_read(const void *value, size_t size, struct strain_session *ret)
{
	if (!value || (size != MODEL_NUMBERS_BYTES && size != WITHOUT_FEEL_BYTES &&
			      size != WITHOUT_DRIFT_BYTES))
		return -EUCLEAN;
	struct bytes in = bytes_of(value, size);
	ret->load = bytes_f64(&in);
	ret->distance_km = bytes_f64(&in) / 1000;
	ret->dose = bytes_f64(&in);
	ret->down = bytes_f64(&in);
	for (size_t i = 0; i < TISSUE_COUNT; i++)
		ret->damage_steps[i] = bytes_f64(&in);
	for (size_t i = 0; i < REGION_COUNT; i++)
		ret->region_steps[i] = bytes_f64(&in);
	ret->form_drift = size > WITHOUT_DRIFT_BYTES ? bytes_f64(&in) : (double)NAN;
	ret->feel = size > WITHOUT_FEEL_BYTES ? bytes_f64(&in) : (double)NAN;
	return 0;
}
