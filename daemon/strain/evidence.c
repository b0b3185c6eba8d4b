/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strain/evidence.h"

#include "strain/constants.h"

#include <math.h>
#include <string.h>

void evidence_none(struct indication_state *ret)
{
	*ret = (struct indication_state) { .raw = (double)NAN, .score = (double)NAN };
}

void evidence_begin(struct indication_state *ret)
{
	*ret = (struct indication_state) { .evaluated = true };
}

void evidence_add(struct indication_state *state, struct evidence piece)
{
	/* a NAN is no evidence either */
	if (piece.weight >= strain_constants.part_min && state->pieces_n < EVIDENCE_MAX)
		state->pieces[state->pieces_n++] = piece;
}

static bool before(const struct evidence *a, const struct evidence *b)
{
	if (a->weight > b->weight || a->weight < b->weight)
		return a->weight > b->weight;
	int names = strcmp(a->name, b->name);
	return names ? names < 0 : a->day > b->day;
}

void evidence_sort(struct indication_state *state)
{
	for (size_t i = 1; i < state->pieces_n; i++) {
		struct evidence piece = state->pieces[i];
		size_t at = i;
		for (; at > 0 && before(&piece, &state->pieces[at - 1]); at--)
			state->pieces[at] = state->pieces[at - 1];
		state->pieces[at] = piece;
	}
}

void evidence_combine(struct indication_state *state)
{
	double left = 1;
	for (size_t i = 0; i < state->pieces_n; i++)
		left *= 1 - state->pieces[i].weight;
	state->raw = 100 * (1 - left);
	evidence_sort(state);
}

size_t strain_reasons(const struct indication_state *state, struct evidence *ret, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < state->pieces_n && n < max; i++) {
		bool named = false;
		for (size_t j = 0; j < n; j++)
			named |= strcmp(ret[j].name, state->pieces[i].name) == 0;
		if (!named)
			ret[n++] = state->pieces[i];
	}
	return n;
}
