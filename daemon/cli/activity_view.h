/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A stored activity as `knead log` and `knead show` print it. */

#include "store/store_query.h"

#include <jansson.h>

/* What the samples say, else what the file's summary says. */
double best_distance_m(const struct stored_activity *stored);
double best_timer_s(const struct stored_activity *stored);

/* {"id","start_utc","sport","timer_s","distance_m","load","sources":[...]}: a line of `knead log --json`.
 * New references; NULL when memory ends. */
json_t *activity_line_to_json(const struct stored_activity *stored);

/* The same with every number, the profile values and where each came from. */
json_t *activity_to_json(const struct stored_activity *stored);
