/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What came over the wire, for the tests that drive a simulated watch from outside. */

#include "usb/watch.h"

#include <stdio.h>

/* As members of a JSON object, without its braces. */
void report_counts(const struct watch_counts *counts, FILE *to);
