/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test.h"

#include "tcx/tcx.h"

#include "activity/names.h"
#include "tcx/tcx_fields.h"

#include <stdio.h>
#include <string.h>

#define HEAD                                                                    \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<TrainingCenterDatabase "  \
	"xmlns=\"http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2\" " \
	"xmlns:ns3=\"http://www.garmin.com/xmlschemas/ActivityExtension/v2\">"
#define TAIL "</TrainingCenterDatabase>"
#define ACTIVITY(inside) \
	"<Activities><Activity Sport=\"Running\">" inside "</Activity></Activities>"
#define ID "<Id>2026-05-03T06:12:44.900Z</Id>"
#define AT(time, inside) "<Trackpoint><Time>2026-05-03T" time "Z</Time>" inside "</Trackpoint>"

/* The file of each case; freed by the next one and at the end. */
static int setup(void **state)
{
	static struct decoded_file file;
	decoded_file_init(&file);
	*state = &file;
	return 0;
}

static int teardown(void **state)
{
	decoded_file_done(*state);
	return 0;
}

static const struct activity *decode(void **state, const char *text)
{
	struct decoded_file *file = *state;
	struct parse_error err = { 0 };
	decoded_file_done(file);
	int r = tcx_decode((const uint8_t *)text, strlen(text), file, &err);
	if (r < 0)
		fail_msg("refused: %s at %llu", err.what, (unsigned long long)err.offset);
	return file->activities;
}

static uint32_t count(const struct decoded_file *file, const char *name)
{
	for (size_t i = 0; i < file->counts_n; i++)
		if (strcmp(file->counts[i].name, name) == 0)
			return file->counts[i].count;
	return 0;
}

#define ONE_RUN                                                                             \
	HEAD ACTIVITY(ID "<Lap StartTime=\"2026-05-03T06:12:45Z\"><TotalTimeSeconds>10.5"   \
			 "</TotalTimeSeconds><DistanceMeters>30.25</DistanceMeters>"        \
			 "<MaximumSpeed>9</MaximumSpeed><Calories>7</Calories>"             \
			 "<AverageHeartRateBpm><Value>140</Value></AverageHeartRateBpm>"    \
			 "<MaximumHeartRateBpm><Value>151</Value></MaximumHeartRateBpm>"    \
			 "<Cadence>80</Cadence><Track>" AT("06:12:45.250",                  \
				 "<Position><LatitudeDegrees>45</LatitudeDegrees>"          \
				 "<LongitudeDegrees>-90</LongitudeDegrees></Position>"      \
				 "<AltitudeMeters>101.5</AltitudeMeters>"                   \
				 "<DistanceMeters>1.5</DistanceMeters>"                     \
				 "<HeartRateBpm><Value>139</Value></HeartRateBpm>"          \
				 "<Cadence>81</Cadence><Extensions><ns3:TPX><ns3:Speed>"    \
				 "3.5</ns3:Speed><ns3:Watts>250</ns3:Watts></ns3:TPX>"      \
				 "</Extensions>")                                           \
				 AT("06:12:46", "") "</Track></Lap>"                        \
						    "<Creator><Name>Forerunner "            \
						    "965</Name><UnitId>3421500000</UnitId>" \
						    "<ProductID>4315</ProductID></Creator>") TAIL

static void a_run_gives_its_summary_and_its_device(void **state)
{
	const struct activity *a = decode(state, ONE_RUN);
	const struct decoded_file *file = *state;
	assert_true(file->valid);
	assert_int_equal(file->problems_n, 0);
	assert_int_equal(file->kind, FILE_KIND_ACTIVITY);
	assert_int_equal(file->activities_n, 1);
	assert_int_equal(a->summary.sport, SPORT_RUNNING);
	assert_true(a->summary.start_ms == 1777788764000); /* cut off, not rounded */
	assert_false(a->summary.has_utc_offset);
	assert_int_equal(a->summary.laps, 1);
	assert_int_equal(a->summary.records, 2);
	assert_near(a->summary.stated.timer_s, 10.5, 0);
	assert_near(a->summary.stated.elapsed_s, NAN, 0);
	assert_near(a->summary.stated.distance_m, 30.25, 0);
	assert_near(a->summary.stated.energy_kcal, 7, 0);
	assert_near(a->summary.stated.hr_avg_bpm, 140, 0);
	assert_near(a->summary.stated.hr_max_bpm, 151, 0);
	assert_near(a->summary.stated.cadence_avg_spm, 160, 0);
	assert_string_equal(file->device.product_name, "Forerunner 965");
	assert_true(file->device.has_serial && file->device.serial == 3421500000);
	assert_true(file->device.has_product && file->device.product == 4315);
	assert_false(file->device.has_manufacturer);
	assert_int_equal(count(file, "Activity"), 1);
	assert_int_equal(count(file, "Lap"), 1);
	assert_int_equal(count(file, "Trackpoint"), 2);
}

static void a_sample_gives_what_it_has_and_no_more(void **state)
{
	const struct activity *a = decode(state, ONE_RUN);
	const struct activity_record *r = a->records;
	assert_true(r->time_ms == 1777788765250);
	assert_int_equal(r->latitude_semicircles, 1 << 29);
	assert_int_equal(r->longitude_semicircles, -(1 << 30));
	assert_near((double)r->altitude_m, 101.5, 0);
	assert_near(r->distance_m, 1.5, 0);
	assert_near((double)r->hr_bpm, 139, 0);
	assert_near((double)r->cadence_rpm, 81, 0); /* as the file counts */
	assert_near((double)r->speed_mps, 3.5, 0);
	assert_near((double)r->power_w, 250, 0);
	assert_near((double)r[1].hr_bpm, NAN, 0); /* nothing is carried over */
	assert_near(r[1].distance_m, NAN, 0);
	assert_int_equal(r[1].latitude_semicircles, POSITION_UNKNOWN);
}

#define LAP(inside) "<Lap StartTime=\"2026-05-03T06:00:00Z\">" inside "</Lap>"
#define SECONDS(s) "<TotalTimeSeconds>" s "</TotalTimeSeconds>"
#define HR_AVG(n) "<AverageHeartRateBpm><Value>" n "</Value></AverageHeartRateBpm>"
#define HR_MAX(n) "<MaximumHeartRateBpm><Value>" n "</Value></MaximumHeartRateBpm>"

static void laps_add_up_and_heart_rate_is_weighted_by_time(void **state)
{
	const struct activity *a = decode(state,
		HEAD ACTIVITY(LAP(SECONDS("100") HR_AVG("120") HR_MAX("130"))
				LAP(SECONDS("300") HR_AVG("160") HR_MAX("170"))
					LAP(SECONDS("50") "<DistanceMeters>5</DistanceMeters>")
						LAP(SECONDS("50") HR_AVG("0") HR_MAX("0"))) TAIL);
	assert_int_equal(a->summary.laps, 4);
	assert_near(a->summary.stated.timer_s, 500, 0);
	assert_near(a->summary.stated.hr_avg_bpm, 150, 1e-9); /* 0 and none do not count */
	assert_near(a->summary.stated.hr_max_bpm, 170, 0);
	assert_near(a->summary.stated.distance_m, 5, 0);
	assert_near(a->summary.stated.energy_kcal, NAN, 0);
	a = decode(state, HEAD ACTIVITY(LAP(HR_AVG("120")) LAP(HR_AVG("130"))) TAIL);
	assert_near(a->summary.stated.hr_avg_bpm, 125, 1e-9); /* no lap has a time */
	assert_near(a->summary.stated.timer_s, NAN, 0);
}

#define LX(inside) "<Extensions><LX>" inside "</LX></Extensions>"

static void cadence_is_stated_in_steps_for_a_run_only(void **state)
{
	static const char lap[] = SECONDS("60") "<Cadence>60</Cadence>" LX(
		"<AvgRunCadence>85</AvgRunCadence><Steps>170</Steps>");
	char text[1024];
	static const struct {
		const char *sport;
		double cadence_spm, strides;
	} rows[] = { { "Running", 170, 85 }, { "Hiking", 170, 85 }, { "Biking", 60, NAN },
		{ "Other", 60, NAN } };
	for (size_t i = 0; i < 4; i++) {
		(void)snprintf(text, sizeof text,
			"%s<Activity Sport=\"%s\"><Lap>%s</Lap></Activity>%s", HEAD, rows[i].sport,
			lap, TAIL);
		const struct activity *a = decode(state, text);
		assert_near(a->summary.stated.cadence_avg_spm, rows[i].cadence_spm, 1e-9);
		assert_near(a->summary.stated.total_strides, rows[i].strides, 1e-9);
	}
	const struct activity *a =
		decode(state, HEAD ACTIVITY(LAP(SECONDS("60") "<Cadence>168</Cadence>")) TAIL);
	assert_near(a->summary.stated.cadence_avg_spm, 168, 1e-9); /* steps already */
}

static void sports_are_named_as_in_the_fit_profile(void **state)
{
	static const struct {
		const char *attribute;
		bool has;
		const char *name;
	} rows[] = {
		{ "Sport=\"Running\"", true, "running" },
		{ "Sport=\"running\"", true, "running" },
		{ "Sport=\"Biking\"", true, "cycling" },
		{ "Sport=\"biking\"", true, "cycling" },
		{ "Sport=\"Other\"", true, "generic" },
		{ "Sport=\"Swimming\"", true, "swimming" },
		{ "Sport=\"Quidditch\"", true, "generic" },
		{ "Sport=\"\"", false, NULL },
		{ "", false, NULL },
		{ "Code=\"Running\"", false, NULL },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[512];
		(void)snprintf(
			text, sizeof text, HEAD "<Activity %s></Activity>" TAIL, rows[i].attribute);
		const struct activity *a = decode(state, text);
		if (a->summary.has_sport != rows[i].has)
			fail_msg("%s", rows[i].attribute);
		if (rows[i].has)
			assert_string_equal(sport_name(a->summary.sport), rows[i].name);
	}
}

static void the_start_is_the_id_then_the_lap_then_the_point(void **state)
{
	const int64_t six = 1777788000000;
	const struct activity *a = decode(
		state, HEAD ACTIVITY("<Lap StartTime=\"2026-05-03T06:00:01Z\"><Track>" AT(
			       "06:00:02", "") "</Track></Lap><Id>2026-05-03T06:00:00Z</Id>") TAIL);
	assert_true(a->summary.start_ms == six); /* wherever the Id stands */
	a = decode(state,
		HEAD ACTIVITY("<Id>no time</Id><Lap StartTime=\"2026-05-03T06:00:01Z\"><Track>" AT(
			"06:00:02", "") "</Track></Lap><Lap StartTime=\"2026-05-03T06:30:00Z\"/>")
			TAIL);
	assert_true(a->summary.start_ms == six + 1000);
	assert_int_equal(((struct decoded_file *)*state)->problems_n, 1);
	a = decode(state, HEAD ACTIVITY("<Lap><Track>" AT("06:00:02", "")
					  AT("06:00:03", "") "</Track></Lap>") TAIL);
	assert_true(a->summary.start_ms == six + 2000);
	a = decode(state, HEAD ACTIVITY("<Lap><Track><Trackpoint/></Track></Lap>") TAIL);
	assert_true(a->summary.start_ms == TIME_UNKNOWN_MS);
	assert_int_equal(a->records_n, 1);
	assert_true(a->records[0].time_ms == TIME_UNKNOWN_MS);
	a = decode(state, HEAD ACTIVITY("<Id>2026-05-03T08:00:00+02:00</Id>") TAIL);
	assert_true(a->summary.start_ms == six);
	assert_true(a->summary.has_utc_offset && a->summary.utc_offset_s == 7200);
}

static void run_cadence_goes_before_cadence(void **state)
{
	const struct activity *a = decode(state,
		HEAD ACTIVITY("<Lap><Track>" AT("06:00:00",
			"<Cadence>1</Cadence><Extensions><ns3:TPX><ns3:RunCadence>88</"
			"ns3:RunCadence>"
			"</ns3:TPX></Extensions>")
				AT("06:00:01", "<Cadence>2</Cadence>") "</Track></Lap>") TAIL);
	assert_near((double)a->records[0].cadence_rpm, 88, 0);
	assert_near((double)a->records[1].cadence_rpm, 2, 0);
}

static void a_second_track_of_a_lap_means_a_pause(void **state)
{
	const struct activity *a = decode(state,
		HEAD ACTIVITY("<Lap StartTime=\"2026-05-03T06:00:00Z\"><Track>" AT("06:00:00", "")
				AT("06:00:05", "") "</Track><Track>" AT("06:01:05", "")
					AT("06:01:06", "") "</Track><Track>" AT("06:01:06",
						"") "</Track></Lap><Lap "
						    "StartTime=\"2026-05-03T06:01:20Z\"><Track>" AT(
							    "06:01:20", "") "</Track></Lap>") TAIL);
	assert_int_equal(a->pauses_n, 1); /* a new lap is no pause, nor is a Track without a gap */
	assert_true(a->pauses[0].start_ms == 1777788005000);
	assert_true(a->pauses[0].end_ms == 1777788065000);
}

static void a_gap_is_a_pause_when_the_lap_is_shorter_than_the_clock(void **state)
{
#define GAPPED(seconds)                                                                         \
	HEAD ACTIVITY("<Lap StartTime=\"2026-05-03T06:00:00Z\">" SECONDS(seconds) "<Track>" AT( \
		"06:00:00", "") AT("06:00:10", "") AT("06:01:40", "")                           \
			AT("06:01:50", "") "</Track></Lap>") TAIL
	const struct activity *a = decode(state, GAPPED("110"));
	assert_int_equal(a->pauses_n, 0); /* the timer ran on: only samples are missing */
	a = decode(state, GAPPED("30"));
	assert_int_equal(a->pauses_n, 1);
	assert_true(a->pauses[0].start_ms == 1777788020000);
	assert_true(a->pauses[0].end_ms == 1777788100000);
	a = decode(state, GAPPED("0"));
	assert_int_equal(a->pauses_n, 0); /* a lap without a time says nothing */
#undef GAPPED
}

static void laps_stamped_by_the_timer_do_not_pause_twice(void **state)
{
	/* 60 s of pause in lap 1; lap 2 says it started before lap 1 ended */
	const struct activity *a = decode(state,
		HEAD ACTIVITY("<Lap StartTime=\"2026-05-03T06:00:00Z\">" SECONDS("20") "<Track>" AT(
			"06:00:00", "") AT("06:00:10", "") AT("06:01:10", "") AT("06:01:20",
			"") "</Track></Lap><Lap "
			    "StartTime=\"2026-05-03T06:00:20Z\">" SECONDS("10") "<Track>" AT(
				    "06:01:21", "") AT("06:01:30", "") "</Track></Lap>") TAIL);
	assert_int_equal(a->pauses_n, 1);
	assert_true(a->pauses[0].end_ms - a->pauses[0].start_ms == 60000);
}

static void every_activity_stands_alone(void **state)
{
	const struct activity *a = decode(state, HEAD
		"<Activities><MultiSportSession><Id>2026-05-03T05:00:00Z</Id><FirstSport>"
		"<Activity Sport=\"Other\"><Id>2026-05-03T06:00:00Z</Id>" LAP(SECONDS("10") HR_AVG(
			"99")) "</Activity></FirstSport><NextSport>"
			       "<Activity Sport=\"Biking\"><Id>2026-05-03T07:00:00Z</Id>" LAP(
				       SECONDS("20")) "</Activity></NextSport></"
						      "MultiSportSession></Activities>" TAIL);
	const struct decoded_file *file = *state;
	assert_int_equal(file->activities_n, 2);
	assert_int_equal(a[0].summary.sport, SPORT_GENERIC);
	assert_int_equal(a[1].summary.sport, SPORT_CYCLING);
	assert_near(a[0].summary.stated.timer_s, 10, 0);
	assert_near(a[1].summary.stated.timer_s, 20, 0);
	assert_near(a[1].summary.stated.hr_avg_bpm, NAN, 0);
	assert_true(a[1].summary.start_ms - a[0].summary.start_ms == 3600000);
	assert_int_equal(count(file, "MultiSportSession"), 1);
}

static void a_course_is_a_course_and_no_activity(void **state)
{
	(void)decode(
		state, HEAD "<Courses><Course><Name>x</Name><Lap>" SECONDS("9") "</Lap><Track>" AT(
			       "06:00:00", "") "</Track></Course></Courses>" TAIL);
	const struct decoded_file *file = *state;
	assert_true(file->valid);
	assert_int_equal(file->kind, FILE_KIND_COURSE);
	assert_int_equal(file->activities_n, 0);
	assert_int_equal(count(file, "Trackpoint"), 1);
	assert_int_equal(count(file, "Course"), 1);
	(void)decode(state, HEAD "<Workouts><Workout Sport=\"Running\"/></Workouts>" TAIL);
	assert_int_equal(file->kind, FILE_KIND_WORKOUT);
}

static void a_value_that_is_not_there_is_not_zero(void **state)
{
	const struct activity *a = decode(
		state, HEAD ACTIVITY("<Lap><Track>" AT("06:00:00",
			       "<Position></Position><AltitudeMeters></"
			       "AltitudeMeters><HeartRateBpm><Value> "
			       "</Value></HeartRateBpm><DistanceMeters>NaN</DistanceMeters>"
			       "<Cadence>255</Cadence><Extensions><TPX><Speed>1e999</Speed></TPX>"
			       "</Extensions>") "</Track></Lap>") TAIL);
	const struct activity_record *r = a->records;
	assert_int_equal(r->latitude_semicircles, POSITION_UNKNOWN);
	assert_near((double)r->altitude_m, NAN, 0);
	assert_near((double)r->hr_bpm, NAN, 0);
	assert_near(r->distance_m, NAN, 0);
	assert_near((double)r->cadence_rpm, NAN, 0);
	assert_near((double)r->speed_mps, NAN, 0);
	/* one entry for "no number", one for "impossible" */
	assert_int_equal(((struct decoded_file *)*state)->problems_n, 2);
}

static void the_poles_and_the_date_line_fit(void **state)
{
	const struct activity *a = decode(state,
		HEAD ACTIVITY("<Lap><Track>" AT("06:00:00",
			"<Position><LatitudeDegrees>-90</LatitudeDegrees><LongitudeDegrees>180"
			"</LongitudeDegrees></Position>") AT("06:00:01",
			"<Position><LatitudeDegrees>90</LatitudeDegrees><LongitudeDegrees>-180"
			"</LongitudeDegrees></Position>") "</Track></Lap>") TAIL);
	assert_int_equal(a->records[0].latitude_semicircles, -(1 << 30));
	assert_int_equal(a->records[0].longitude_semicircles, INT32_MAX - 1);
	assert_int_equal(a->records[1].latitude_semicircles, 1 << 30);
	assert_int_equal(a->records[1].longitude_semicircles, INT32_MIN);
}

static void text_in_pieces_is_one_value(void **state)
{
	const struct activity *a = decode(state,
		HEAD ACTIVITY("<Lap><Track>" AT("06:00:00",
			"<DistanceMeters>\n\t1<!-- x "
			"-->2&#46;<![CDATA[5]]>\n</DistanceMeters>") "</Track></"
								     "Lap><Creator><Name> "
								     "Tom &amp; "
								     "Jerry\xc2\x85 "
								     "</Name></Creator>") TAIL);
	assert_near(a->records[0].distance_m, 12.5, 0);
	const struct decoded_file *file = *state;
	assert_string_equal(file->device.product_name, "Tom & Jerry\xef\xbf\xbd");
}

static void heights_of_a_phone_are_those_of_its_satellites(void **state)
{
	const struct decoded_file *file = *state;
	(void)decode(state, HEAD ACTIVITY("<Creator><Name>Polar BEAT</Name></Creator>") TAIL);
	assert_int_equal(file->altitude_source, ALTITUDE_GPS);
	(void)decode(state, HEAD ACTIVITY("<Creator><Name>Polar M400</Name></Creator>") TAIL);
	assert_int_equal(file->altitude_source, ALTITUDE_UNKNOWN);
}

static void the_table_of_elements_is_sorted_and_complete(void **state)
{
	(void)state;
	for (int e = TCX_OTHER + 1; e < TCX_ELEMENT_COUNT; e++) {
		const char *name = tcx_element_name((enum tcx_element)e);
		assert_int_equal(tcx_element_find(name, strlen(name)), e);
		assert_int_equal(
			tcx_element_find(name, strlen(name) - 1) == (enum tcx_element)e, 0);
		if (e > TCX_OTHER + 1)
			assert_true(strcmp(tcx_element_name((enum tcx_element)(e - 1)), name) < 0);
	}
	assert_int_equal(tcx_element_find("", 0), TCX_OTHER);
	assert_int_equal(tcx_element_find("activity", 8), TCX_OTHER);
	assert_int_equal(tcx_element_find("Zzz", 3), TCX_OTHER);
	assert_int_equal(tcx_field_of(TCX_LAP, TCX_CADENCE), TCX_LAP_CADENCE_RPM);
	assert_int_equal(tcx_field_of(TCX_TRACKPOINT, TCX_CADENCE), TCX_POINT_CADENCE_RPM);
	assert_int_equal(tcx_field_of(TCX_OTHER, TCX_VALUE), TCX_FIELD_NONE);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_run_gives_its_summary_and_its_device),
		CASE(a_sample_gives_what_it_has_and_no_more),
		CASE(laps_add_up_and_heart_rate_is_weighted_by_time),
		CASE(cadence_is_stated_in_steps_for_a_run_only),
		CASE(sports_are_named_as_in_the_fit_profile),
		CASE(the_start_is_the_id_then_the_lap_then_the_point),
		CASE(run_cadence_goes_before_cadence),
		CASE(a_second_track_of_a_lap_means_a_pause),
		CASE(a_gap_is_a_pause_when_the_lap_is_shorter_than_the_clock),
		CASE(laps_stamped_by_the_timer_do_not_pause_twice),
		CASE(every_activity_stands_alone),
		CASE(a_course_is_a_course_and_no_activity),
		CASE(a_value_that_is_not_there_is_not_zero),
		CASE(the_poles_and_the_date_line_fit),
		CASE(text_in_pieces_is_one_value),
		CASE(heights_of_a_phone_are_those_of_its_satellites),
		CASE(the_table_of_elements_is_sorted_and_complete),
	};
	tcx_prepare();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
