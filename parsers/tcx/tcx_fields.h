/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What the reader knows of the TrainingCenterDatabase v2 and ActivityExtension v2 schemas: the
 * elements by local name, and which value stands where. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sorted by name in the byte order of ASCII, which tcx_element_find() relies on. */
#define TCX_ELEMENTS(X)                                       \
	X(ACTIVITY, "Activity")                               \
	X(ALTITUDE, "AltitudeMeters")                         \
	X(AVERAGE_HEART_RATE, "AverageHeartRateBpm")          \
	X(AVG_RUN_CADENCE, "AvgRunCadence")                   \
	X(CADENCE, "Cadence")                                 \
	X(CALORIES, "Calories")                               \
	X(COURSE, "Course")                                   \
	X(COURSE_POINT, "CoursePoint")                        \
	X(CREATOR, "Creator")                                 \
	X(DISTANCE, "DistanceMeters")                         \
	X(EXTENSIONS, "Extensions")                           \
	X(HEART_RATE, "HeartRateBpm")                         \
	X(ID, "Id")                                           \
	X(LX, "LX")                                           \
	X(LAP, "Lap")                                         \
	X(LATITUDE, "LatitudeDegrees")                        \
	X(LONGITUDE, "LongitudeDegrees")                      \
	X(MAXIMUM_HEART_RATE, "MaximumHeartRateBpm")          \
	X(MULTI_SPORT_SESSION, "MultiSportSession")           \
	X(NAME, "Name")                                       \
	X(POSITION, "Position")                               \
	X(PRODUCT_ID, "ProductID")                            \
	X(RUN_CADENCE, "RunCadence")                          \
	X(SPEED, "Speed")                                     \
	X(STEPS, "Steps")                                     \
	X(TPX, "TPX")                                         \
	X(TIME, "Time")                                       \
	X(TOTAL_TIME, "TotalTimeSeconds")                     \
	X(TRACK, "Track")                                     \
	X(TRACKPOINT, "Trackpoint")                           \
	X(TRAINING_CENTER_DATABASE, "TrainingCenterDatabase") \
	X(UNIT_ID, "UnitId")                                  \
	X(VALUE, "Value")                                     \
	X(WATTS, "Watts")                                     \
	X(WORKOUT, "Workout")

enum tcx_element {
	TCX_OTHER, /* any name that is not in the list */
#define TCX_ELEMENT(id, name) TCX_##id,
	TCX_ELEMENTS(TCX_ELEMENT)
#undef TCX_ELEMENT
		TCX_ELEMENT_COUNT,
};

/* Values that the reader takes. Numbers first: their order is that of an array of doubles. */
enum tcx_field {
	TCX_FIELD_NONE,
	TCX_POINT_LATITUDE_DEG,
	TCX_POINT_LONGITUDE_DEG,
	TCX_POINT_ALTITUDE_M,
	TCX_POINT_DISTANCE_M,
	TCX_POINT_HR_BPM,
	TCX_POINT_CADENCE_RPM,
	TCX_POINT_RUN_CADENCE_RPM,
	TCX_POINT_SPEED_MPS,
	TCX_POINT_POWER_W,
	TCX_POINT_END,
	TCX_LAP_TIMER_S = TCX_POINT_END,
	TCX_LAP_DISTANCE_M,
	TCX_LAP_ENERGY_KCAL,
	TCX_LAP_HR_AVG_BPM,
	TCX_LAP_HR_MAX_BPM,
	TCX_LAP_CADENCE_RPM,
	TCX_LAP_RUN_CADENCE_RPM,
	TCX_LAP_STEPS,
	TCX_NUMBER_COUNT,
	TCX_POINT_TIME = TCX_NUMBER_COUNT,
	TCX_ACTIVITY_ID,
	TCX_CREATOR_NAME,
	TCX_CREATOR_UNIT_ID,
	TCX_CREATOR_PRODUCT_ID,
	TCX_FIELD_COUNT,
};

/* The element of that local name; TCX_OTHER when the reader has no use for it. */
enum tcx_element tcx_element_find(const char *name, size_t size);

/* The name, a literal; NULL for TCX_OTHER. */
const char *tcx_element_name(enum tcx_element element);

/* The value that `element` holds as a child of `parent`, or TCX_FIELD_NONE. */
enum tcx_field tcx_field_of(enum tcx_element parent, enum tcx_element element);

/* Whether a number (field < TCX_NUMBER_COUNT) is one that a watch can mean. */
bool tcx_field_plausible(enum tcx_field field, double value);
