/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "corpus/manifest.h"

#include "activity/names.h"
#include "fit/fit.h"
#include "fit/fit_names.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void judge_counts(struct corpus *corpus, const char *name, const json_t *oracle,
	const struct decoded_file *file)
{
	const json_t *counts = json_object_get(oracle, "mesg_counts");
	corpus_number(corpus, name, "messages", (double)file->counts_n,
		(double)json_object_size(counts), 0);
	for (size_t i = 0; i < file->counts_n; i++) {
		char number[16], field[32];
		(void)snprintf(number, sizeof number, "%u", file->counts[i].number);
		(void)snprintf(field, sizeof field, "messages.%s", number);
		corpus_number(
			corpus, name, field, file->counts[i].count, corpus_get(counts, number), 0);
	}
}

static void judge_session(struct corpus *corpus, const char *name, const json_t *session,
	const struct activity_summary *summary)
{
	const struct activity_stated *stated = &summary->stated;
	const json_t *sport = json_object_get(session, "sport");
	const json_t *sub_sport = json_object_get(session, "sub_sport");
	double distance_m = corpus_get(session, "total_distance");
	if (json_is_string(sport))
		corpus_text(corpus, name, "sport",
			summary->has_sport ? sport_name(summary->sport) : NULL,
			json_string_value(sport));
	if (json_is_string(sub_sport))
		corpus_text(corpus, name, "sub_sport",
			summary->has_sub_sport ? sub_sport_name(summary->sub_sport) : NULL,
			json_string_value(sub_sport));
	if (!isnan(corpus_get(session, "start_time")))
		corpus_number(corpus, name, "start",
			summary->start_ms == TIME_UNKNOWN_MS ? NAN
							     : (double)summary->start_ms / 1000,
			corpus_get(session, "start_time"), 0);
	corpus_number(corpus, name, "elapsed", stated->elapsed_s,
		corpus_get(session, "total_elapsed_time"), 1);
	corpus_number(
		corpus, name, "timer", stated->timer_s, corpus_get(session, "total_timer_time"), 1);
	corpus_number(corpus, name, "distance", stated->distance_m, distance_m,
		fmax(1, distance_m / 1000));
	corpus_number(
		corpus, name, "ascent", stated->ascent_m, corpus_get(session, "total_ascent"), 1);
	corpus_number(corpus, name, "energy", stated->energy_kcal,
		corpus_get(session, "total_calories"), 0);
	corpus_number(corpus, name, "hr_avg", stated->hr_avg_bpm, corpus_get(session, "avg_hr"), 0);
	corpus_number(corpus, name, "hr_max", stated->hr_max_bpm, corpus_get(session, "max_hr"), 0);
}

static void judge_heart_rate(struct corpus *corpus, const char *name, const json_t *decoder,
	const struct decoded_file *file)
{
	const json_t *rate = json_object_get(json_object_get(decoder, "records"), "heart_rate");
	double sum = 0, n = 0;
	for (size_t a = 0; a < file->activities_n; a++) {
		const struct activity *activity = &file->activities[a];
		for (size_t i = 0; i < activity->records_n; i++) {
			if (activity->records[i].hr_bpm > 0) {
				sum += (double)activity->records[i].hr_bpm;
				n++;
			}
		}
	}
	corpus_number(corpus, name, "records.hr", n > 0 ? sum / n : NAN,
		corpus_get(rate, "mean_nonzero"), 0.1);
}

static void judge_activities(struct corpus *corpus, const char *name, const json_t *entry,
	const struct decoded_file *file)
{
	const json_t *oracle = json_object_get(entry, "oracle");
	const char *source = json_string_value(json_object_get(oracle, "values_from"));
	const json_t *decoder = json_object_get(json_object_get(entry, "decoders"), source);
	const json_t *sessions = json_object_get(decoder, "sessions");
	double records_n = corpus_get(oracle, "num_records");
	size_t sessions_n = json_array_size(sessions), records = 0, laps = 0;
	corpus_number(corpus, name, "activities", (double)file->activities_n,
		sessions_n == 0 && records_n > 0 ? 1 : (double)sessions_n, 0);
	for (size_t i = 0; i < file->activities_n; i++) {
		records += file->activities[i].summary.records;
		laps += file->activities[i].summary.laps;
		if (i < sessions_n)
			judge_session(corpus, name, json_array_get(sessions, i),
				&file->activities[i].summary);
	}
	corpus_number(corpus, name, "records", (double)records, records_n, 0);
	corpus_number(corpus, name, "laps", (double)laps, corpus_get(oracle, "num_laps"), 0);
	judge_heart_rate(corpus, name, decoder, file);
}

static void judge_device(struct corpus *corpus, const char *name, const json_t *oracle,
	const struct decoded_file *file)
{
	const json_t *id = json_object_get(oracle, "file_id");
	const json_t *manufacturer = json_object_get(id, "manufacturer");
	const struct file_device *device = &file->device;
	if (json_is_string(manufacturer))
		corpus_text(corpus, name, "manufacturer",
			device->has_manufacturer ? fit_manufacturer_name(device->manufacturer)
						 : NULL,
			json_string_value(manufacturer));
	double serial = corpus_get(id, "serial_number");
	if (!isnan(serial))
		corpus_number(corpus, name, "serial",
			device->has_serial ? (double)device->serial : NAN, serial, 0);
}

static void judge(struct corpus *corpus, const char *name, const json_t *entry, const uint8_t *data,
	size_t size)
{
	const json_t *oracle = json_object_get(entry, "oracle");
	bool valid = json_is_true(json_object_get(oracle, "valid"));
	struct decoded_file file;
	decoded_file_init(&file);
	int r = fit_decode(data, size, &file, NULL);
	corpus_text(
		corpus, name, "valid", file.valid && r == 0 ? "yes" : "no", valid ? "yes" : "no");
	if (valid) {
		const char *kind = json_string_value(json_object_get(entry, "kind"));
		corpus_text(corpus, name, "kind", file_kind_names[file.kind], kind);
		judge_counts(corpus, name, oracle, &file);
		judge_device(corpus, name, oracle, &file);
		if (kind && strcmp(kind, "activity") == 0)
			judge_activities(corpus, name, entry, &file);
	}
	decoded_file_done(&file);
}

int main(void)
{
	static const char *const folders[] = { KNEAD_SHARED "/corpus/fit",
		KNEAD_SHARED "/corpus/bench", NULL };
	return corpus_run(folders, ".fit", KNEAD_SOURCE "/tests/corpus/fit-exceptions.txt", judge);
}
