/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Numbers in text, read the same under every locale and with nothing left over. */

#include <stddef.h>
#include <stdint.h>

/* The whole of text[0..size), with blanks around it allowed, as a decimal number
 * (sign, digits, fraction, exponent; no hex, no inf, no nan).
 * Returns 0; -EINVAL when it is not one; -ERANGE when it does not fit. */
int num_double(const char *text, size_t size, double *ret);

/* The same for a whole number between min and max; -ERANGE outside. */
int num_int(const char *text, size_t size, int64_t min, int64_t max, int64_t *ret);

/* x rounded to `decimals` places, half away from zero; NAN stays NAN. */
double num_round(double x, int decimals);
