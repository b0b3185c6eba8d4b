/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What the heights of a file come from. */

#include "fit/fit_decoder.h"

/* A sensor that the file names. */
void fit_note_sensor(struct fit_decoder *d, double source_type, double device_type);

/* Once all sensors and the product are known. */
void fit_settle_altitude(struct fit_decoder *d);
