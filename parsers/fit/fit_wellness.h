/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The messages of monitoring, sleep and HRV files, handed on as samples. Each takes in one message.
 * Returns 0; -ENOMEM. */

#include "fit/fit_decoder.h"

int fit_on_monitoring(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms);
int fit_on_local_time(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms);
int fit_on_monitoring_hr(struct fit_decoder *d, const struct fit_definition *def,
	const uint8_t *data, int64_t time_ms);
int fit_on_stress(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms);
int fit_on_sleep_level(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms);
int fit_on_sleep_assessment(struct fit_decoder *d, const struct fit_definition *def,
	const uint8_t *data, int64_t time_ms);
int fit_on_hrv_status(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms);
int fit_on_hrv_value(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms);

/* A sleep event: the bounds of a night. */
void fit_note_sleep(struct fit_decoder *d, double event_type, int64_t time_ms);

/* At the end of the file. Returns 0; -ENOMEM. */
int fit_settle_wellness(struct fit_decoder *d);
