/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The messages on the device and its user. Each takes in one message. Returns 0; -ENOMEM. */

#include "fit/fit_decoder.h"

int fit_on_file_id(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms);
int fit_on_device_info(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms);
int fit_on_user_profile(struct fit_decoder *d, const struct fit_definition *def,
	const uint8_t *data, int64_t time_ms);
int fit_on_zones_target(struct fit_decoder *d, const struct fit_definition *def,
	const uint8_t *data, int64_t time_ms);
int fit_on_time_in_zone(struct fit_decoder *d, const struct fit_definition *def,
	const uint8_t *data, int64_t time_ms);

/* At the end of the file: the limits of the heart, by the source that ranks higher. */
void fit_settle_limits(struct fit_decoder *d);
