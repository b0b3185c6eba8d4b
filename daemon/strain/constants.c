/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strain/constants.h"

#include "base/cleanup.h"

#include <math.h>

#define VALUE(name, value, unit, source) .name = (value),
const struct strain_constants strain_constants = { STRAIN_CONSTANTS(VALUE) };

#define ROW(name, value, unit, source) { #name, value, unit, source },
const struct strain_constant_row strain_constant_rows[] = {
	STRAIN_CONSTANTS(ROW) { "kernel", NAN, "share", "shape Cheung 2003*, values heuristic" },
};
const size_t strain_constant_rows_n = ARRAY_SIZE(strain_constant_rows);

const struct kernel_knot strain_kernel[] = {
	{ 0, 0.10 },
	{ 12, 0.40 },
	{ 24, 0.80 },
	{ 36, 1.00 },
	{ 48, 1.00 },
	{ 72, 0.70 },
	{ 96, 0.40 },
	{ 120, 0.20 },
	{ 168, 0 },
};
const size_t strain_kernel_n = ARRAY_SIZE(strain_kernel);
