/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Strain as JSON: the same members in `knead status --json` and in what a webhook gets. */

#include "decide/situation.h"

#include <jansson.h>

/* RFC 3339 in UTC, or null for NAN. New reference. */
json_t *view_instant(double at_h);

/* {"tension":{"score","raw","severity","active","pending","reasons":[{"name","evidence","text"}],
 * "regions":[...]}, ...}; a score that is not evaluated is null. New reference. */
json_t *view_indications(const struct situation *situation, const struct strain_scores *scores);

/* {"tension":12.1,...}. New reference. */
json_t *view_scores(const struct strain_scores *scores);

/* {"indication":"soreness","score":73.0} or null. New reference. */
json_t *view_strain(const struct strain_scores *scores);

/* ["quads","calves_achilles"]. New reference. */
json_t *view_regions(const struct strain_regions *regions);

/* [{"name","evidence","text"}, ...]. New reference. */
json_t *view_reasons(const struct evidence *pieces, size_t n, const struct calendar *calendar);

/* What makes the scores less sure: [{"name":"default_hr_max","text":"the maximum heart rate is a guess"},
 * ...]. New reference. */
json_t *view_doubts(const struct strain_scores *scores);
