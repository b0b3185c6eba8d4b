/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tcx/tcx_fields.h"

#include <string.h>

struct name {
	const char *text;
	uint8_t size;
};

static const struct name names[TCX_ELEMENT_COUNT] = {
#define TCX_ELEMENT(id, name) [TCX_##id] = { name, sizeof(name) - 1 },
	TCX_ELEMENTS(TCX_ELEMENT)
#undef TCX_ELEMENT
};

#define FIELD(parent, element, field) [TCX_##parent][TCX_##element] = (field)

/* Where each value stands; an empty cell is TCX_FIELD_NONE. A few writers leave out TPX and put its children into Extensions. */
static const uint8_t fields[TCX_ELEMENT_COUNT][TCX_ELEMENT_COUNT] = {
	FIELD(TRACKPOINT, TIME, TCX_POINT_TIME),
	FIELD(POSITION, LATITUDE, TCX_POINT_LATITUDE_DEG),
	FIELD(POSITION, LONGITUDE, TCX_POINT_LONGITUDE_DEG),
	FIELD(TRACKPOINT, ALTITUDE, TCX_POINT_ALTITUDE_M),
	FIELD(TRACKPOINT, DISTANCE, TCX_POINT_DISTANCE_M),
	FIELD(HEART_RATE, VALUE, TCX_POINT_HR_BPM),
	FIELD(TRACKPOINT, CADENCE, TCX_POINT_CADENCE_RPM),
	FIELD(TPX, RUN_CADENCE, TCX_POINT_RUN_CADENCE_RPM),
	FIELD(TPX, SPEED, TCX_POINT_SPEED_MPS),
	FIELD(TPX, WATTS, TCX_POINT_POWER_W),
	FIELD(EXTENSIONS, RUN_CADENCE, TCX_POINT_RUN_CADENCE_RPM),
	FIELD(EXTENSIONS, SPEED, TCX_POINT_SPEED_MPS),
	FIELD(EXTENSIONS, WATTS, TCX_POINT_POWER_W),
	FIELD(LAP, TOTAL_TIME, TCX_LAP_TIMER_S),
	FIELD(LAP, DISTANCE, TCX_LAP_DISTANCE_M),
	FIELD(LAP, CALORIES, TCX_LAP_ENERGY_KCAL),
	FIELD(AVERAGE_HEART_RATE, VALUE, TCX_LAP_HR_AVG_BPM),
	FIELD(MAXIMUM_HEART_RATE, VALUE, TCX_LAP_HR_MAX_BPM),
	FIELD(LAP, CADENCE, TCX_LAP_CADENCE_RPM),
	FIELD(LX, AVG_RUN_CADENCE, TCX_LAP_RUN_CADENCE_RPM),
	FIELD(LX, STEPS, TCX_LAP_STEPS),
	FIELD(ACTIVITY, ID, TCX_ACTIVITY_ID),
	FIELD(CREATOR, NAME, TCX_CREATOR_NAME),
	FIELD(CREATOR, UNIT_ID, TCX_CREATOR_UNIT_ID),
	FIELD(CREATOR, PRODUCT_ID, TCX_CREATOR_PRODUCT_ID),
};

struct range {
	double min, max;
};

/* The schema's types give 1-255 for heart rate and 0-254 for cadence; the rest is what no runner or
 * rider leaves. The time of a lap is open upwards: its sum is held against the limit of a file. */
static const struct range ranges[TCX_NUMBER_COUNT] = {
	[TCX_POINT_LATITUDE_DEG] = { -90, 90 },
	[TCX_POINT_LONGITUDE_DEG] = { -180, 180 },
	[TCX_POINT_ALTITUDE_M] = { -1000, 20000 },
	[TCX_POINT_DISTANCE_M] = { 0, 1e7 },
	[TCX_POINT_HR_BPM] = { 0, 255 },
	[TCX_POINT_CADENCE_RPM] = { 0, 254 },
	[TCX_POINT_RUN_CADENCE_RPM] = { 0, 254 },
	[TCX_POINT_SPEED_MPS] = { 0, 150 },
	[TCX_POINT_POWER_W] = { 0, 5000 },
	[TCX_LAP_TIMER_S] = { 0, 1e12 },
	[TCX_LAP_DISTANCE_M] = { 0, 1e7 },
	[TCX_LAP_ENERGY_KCAL] = { 0, 65535 },
	[TCX_LAP_HR_AVG_BPM] = { 0, 255 },
	[TCX_LAP_HR_MAX_BPM] = { 0, 255 },
	[TCX_LAP_CADENCE_RPM] = { 0, 254 },
	[TCX_LAP_RUN_CADENCE_RPM] = { 0, 254 },
	[TCX_LAP_STEPS] = { 0, 1e7 },
};

static int compare(const char *text, size_t size, const struct name *name)
{
	size_t common = size < name->size ? size : name->size;
	int order = memcmp(text, name->text, common);
	return order ? order : (size > name->size) - (size < name->size);
}

enum tcx_element tcx_element_find(const char *name, size_t size)
{
	unsigned low = TCX_OTHER + 1, high = TCX_ELEMENT_COUNT;
	while (low < high) {
		unsigned middle = (low + high) / 2;
		int order = compare(name, size, &names[middle]);
		if (order == 0)
			return (enum tcx_element)middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return TCX_OTHER;
}

const char *tcx_element_name(enum tcx_element element)
{
	return names[element].text;
}

enum tcx_field tcx_field_of(enum tcx_element parent, enum tcx_element element)
{
	return (enum tcx_field)fields[parent][element];
}

bool tcx_field_plausible(enum tcx_field field, double value)
{
	return value >= ranges[field].min && value <= ranges[field].max;
}
