/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a file's heights come from. FIT has no field for it, but newer watches list their own sensors, one
 * device_info each; for older ones the product tells. */
#include "fit/fit_altitude.h"
#include "fit/fit_names.h"

#include "base/cleanup.h"

#include <stdlib.h>

/* FIT profile, types source_type, local_device_type and manufacturer */
enum { SOURCE_LOCAL = 5 };
enum { LOCAL_GPS = 0, LOCAL_BAROMETER = 4 };
enum { MANUFACTURER_GARMIN = 1 };

void fit_note_sensor(struct fit_decoder *d, double source_type, double device_type)
{
	if (source_type != SOURCE_LOCAL)
		return;
	d->lists_gps |= device_type == LOCAL_GPS;
	d->lists_barometer |= device_type == LOCAL_BAROMETER;
}

void fit_settle_altitude(struct fit_decoder *d)
{
	struct decoded_file *file = d->file;
	const struct file_device *device = &file->device;
	if (d->lists_barometer)
		file->altitude_source = ALTITUDE_BAROMETER;
	else if (d->lists_gps) /* it names what it has, and that is all */
		file->altitude_source = ALTITUDE_GPS;
	else if (device->has_manufacturer && device->has_product)
		file->altitude_source = fit_product_altitude(device->manufacturer, device->product);
}

static int by_number(const void *key, const void *row)
{
	return *(const uint16_t *)key - *(const uint16_t *)row;
}

static bool is_among(const uint16_t *products, size_t n, uint16_t product)
{
	return bsearch(&product, products, n, sizeof *products, by_number) != NULL;
}

/* By the makers' data sheets; products of which we are not sure are in neither list. Sorted. */
static const uint16_t with_barometer[] = {
	625, 1036, 1169, 1328, 1551, 1561, 1567, 1765, 1836, 1967, 1988, /* Edge 705 to epix */
	2050, 2067, 2337, 2413, 2432, 2530, 2544, 2604,                  /* fenix 3 to fenix 5X */
	2623, 2691, 2697, 2700, 2713, 2859, 2886, 2888, 2900, 2909,      /* vivosport to Edge 130 */
	2988, 3028, 3066, 3110, 3111, 3112, 3113, 3121, 3122, 3126,      /* GPSMAP 66 to Instinct */
	3224, 3225, 3226, 3246, 3247, 3248, 3249, 3250, 3251, 3258,      /* Venu to Descent Mk2 */
	3284, 3287, 3288, 3289, 3290, 3291, 3466, 3542, 3558, 3570, /* fenix 6 to Edge 1030 Plus */
	3589, 3624, 3638, 3652, 3703, 3704, 3843, 3851, 3888, 3889, /* FR 745 to Instinct 2 */
	3905, 3906, 3907, 3943, 3990, 3991, 3992, 3993, 4024, 4061, /* fenix 7 to FR 955 */
	4062, 4105, 4124, 4135, 4222, 4223, 4257, 4258, 4260, 4261, /* FR 265, Venu 3 */
	4312, 4313, 4314, 4315, 4341, 4374, 4375, 4376, 4394, 4440, /* epix Pro to Edge 1050 */
	4472, 4532, 4533, 4534, 4536, 4575,                         /* fenix 8, Enduro 3 */
};

static const uint16_t without_barometer[] = {
	484, 717, 1018, 1124, 1325, 1345, 1482, 1623, 1632, 1736, 1903, /* FR 305 to FR 15 */
	1907, 2148, 2153, 2156, 2157, 2158, 2431, 2503, 2891, 3076,     /* vivoactive to FR 245 */
	3077, 3282, 3596, 3600, 3869,                                   /* FR 45, Venu Sq, FR 55 */
};

enum altitude_source fit_product_altitude(uint16_t manufacturer, uint16_t product)
{
	if (manufacturer != MANUFACTURER_GARMIN)
		return ALTITUDE_UNKNOWN;
	if (is_among(with_barometer, ARRAY_SIZE(with_barometer), product))
		return ALTITUDE_BAROMETER;
	return is_among(without_barometer, ARRAY_SIZE(without_barometer), product)
		       ? ALTITUDE_GPS
		       : ALTITUDE_UNKNOWN;
}
