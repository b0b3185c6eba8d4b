/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What every cmocka test includes first, and the comparison that cmocka 1.1.5 lacks. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include <math.h>

/* Fails unless |actual - expected| <= tolerance; NAN equals NAN only. */
#define assert_near(actual, expected, tolerance)                                              \
	do {                                                                                  \
		double actual_ = (actual), expected_ = (expected), tolerance_ = (tolerance);  \
		if (isnan(expected_) ? !isnan(actual_)                                        \
				     : !(fabs(actual_ - expected_) <= tolerance_))            \
			fail_msg("%s is %.10g, expected %.10g (within %g)", #actual, actual_, \
				expected_, tolerance_);                                       \
	} while (0)
