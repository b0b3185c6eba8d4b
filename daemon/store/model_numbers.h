/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What the model reads of an activity, as one value of the database: little-endian doubles, rounded to
 * four decimals, NAN where unknown. In order: load; metres run; soreness dose, of that downhill; damage
 * of the three tissues; steps of the five regions; form drift; feel. Of what is not a run only the load is known. */

#include "ipc/report.h"
#include "strain/strain.h"

#define MODEL_NUMBERS_BYTES (sizeof(double) * (6u + TISSUE_COUNT + REGION_COUNT))

void model_numbers_write(const struct report_activity *activity, uint8_t ret[MODEL_NUMBERS_BYTES]);

/* Sets load, distance, dose, down, damage, regions, drift, feel. Returns 0; -EUCLEAN when it is not such a value. */
int model_numbers_read(const void *value, size_t size, struct strain_session *ret);
