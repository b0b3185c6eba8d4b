/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The names and traits behind the numbers of makers and products. */

#include "activity/activity.h"

/* "garmin" for 1, "development" for 255 (FIT profile, type manufacturer); NULL when not in the profile. */
const char *fit_manufacturer_name(uint16_t manufacturer);

/* Whether a Garmin product has a barometer, or is known to have none; ALTITUDE_UNKNOWN for what is not listed
 * and for other makers. */
enum altitude_source fit_product_altitude(uint16_t manufacturer, uint16_t product);

/* The name of a Garmin product number as people know it ("Forerunner 965" for 4315); NULL when
 * unknown or of another maker. */
const char *fit_product_name(uint16_t manufacturer, uint16_t product);
