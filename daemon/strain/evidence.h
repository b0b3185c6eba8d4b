/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Pieces of evidence and how they make a score (docs/metrics.md, "time and baselines"). Only the files
 * of this folder see this. */

#include "strain/strain.h"

/* Nothing evaluated: NAN and no pieces. */
void evidence_none(struct indication_state *ret);

/* Evaluated, with no piece yet. */
void evidence_begin(struct indication_state *ret);

/* Adds a piece; one below part_min is dropped. */
void evidence_add(struct indication_state *state, struct evidence piece);

/* Sorts the pieces and sets raw = 100 * (1 - prod(1 - p)). */
void evidence_combine(struct indication_state *state);

/* Sorts the pieces: largest first, ties by name. */
void evidence_sort(struct indication_state *state);
