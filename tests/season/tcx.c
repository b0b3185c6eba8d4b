/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a run as a TCX file, as an older watch would: seconds, distance, height, heart rate, cadence. */
#include "season/season.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void put_time(FILE *out, const char *element, int64_t utc_s)
{
	time_t t = (time_t)utc_s;
	struct tm utc;
	char text[32];
	(void)gmtime_r(&t, &utc);
	(void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
	(void)fprintf(out, "<%s>%s</%s>\n", element, text, element);
}

static void put_lap(FILE *out, const struct season_run *run)
{
	time_t t = (time_t)run->start_s;
	struct tm utc;
	char text[32];
	(void)gmtime_r(&t, &utc);
	(void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
	(void)fprintf(out,
		"<Lap StartTime=\"%s\">\n<TotalTimeSeconds>%zu.0</TotalTimeSeconds>\n"
		"<DistanceMeters>%.2f</DistanceMeters>\n<Calories>0</Calories>\n"
		"<Intensity>Active</Intensity>\n<TriggerMethod>Manual</TriggerMethod>\n<Track>\n",
		text, run->n, run->samples[run->n - 1].distance_m);
	for (size_t i = 0; i < run->n; i++) {
		const struct season_sample *s = &run->samples[i];
		(void)fputs("<Trackpoint>\n", out);
		put_time(out, "Time", run->start_s + (int64_t)i);
		(void)fprintf(out,
			"<AltitudeMeters>%.1f</AltitudeMeters>\n<DistanceMeters>%.2f</"
			"DistanceMeters>\n"
			"<HeartRateBpm><Value>%d</Value></HeartRateBpm>\n"
			"<Extensions><TPX "
			"xmlns=\"http://www.garmin.com/xmlschemas/ActivityExtension/v2\">"
			"<Speed>%.3f</Speed><RunCadence>%d</RunCadence></TPX></Extensions>\n</"
			"Trackpoint>\n",
			s->altitude_m, s->distance_m, s->hr_bpm, s->speed_mps, s->cadence_rpm);
	}
	(void)fputs("</Track>\n</Lap>\n", out);
}

char *season_tcx(const struct season_run *run, size_t *ret_size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_size);
	if (!out)
		return NULL;
	(void)fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<TrainingCenterDatabase "
		    "xmlns=\"http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2\">\n"
		    "<Activities>\n<Activity Sport=\"Running\">\n",
		out);
	put_time(out, "Id", run->start_s);
	put_lap(out, run);
	(void)fprintf(out,
		"<Creator xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
		"xsi:type=\"Device_t\"><Name>Forerunner 305</Name><UnitId>%u</UnitId>"
		"<ProductID>484</ProductID></Creator>\n</Activity>\n</Activities>\n"
		"</TrainingCenterDatabase>\n",
		run->serial - 1000);
	return fclose(out) == 0 ? text : NULL;
}
