/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The messages that tell of the device and of the runner. */
#include "fit/fit_device.h"
#include "fit/fit_altitude.h"
#include "fit/fit_kind.h"

#include "base/utf8.h"

static void take_u16(double value, bool *has, uint16_t *ret)
{
	uint32_t number = 0;
	if (*has || !fit_take_number(value, UINT16_MAX - 1, &number))
		return;
	*ret = (uint16_t)number;
	*has = true;
}

static void take_product_name(struct fit_decoder *d, const struct fit_raw *raw, const uint8_t *data)
{
	struct file_device *device = &d->file->device;
	if (raw->size > 0 && device->product_name[0] == '\0')
		(void)utf8_clean((const char *)data + raw->at, raw->size, device->product_name,
			sizeof device->product_name);
}

static void take_device(struct fit_decoder *d, double manufacturer, double product, double serial)
{
	struct file_device *device = &d->file->device;
	take_u16(manufacturer, &device->has_manufacturer, &device->manufacturer);
	take_u16(product, &device->has_product, &device->product);
	if (!device->has_serial && serial > 0)
		device->has_serial = fit_take_number(serial, UINT32_MAX - 1, &device->serial);
}

int fit_on_file_id(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms)
{
	(void)time_ms;
	const double *v = def->values;
	uint32_t type = 0;
	if (!d->has_type && fit_take_number(v[FILE_ID_TYPE], UINT8_MAX - 1, &type)) {
		d->has_type = true;
		d->file->kind = fit_kind_of_type(type);
	}
	if (d->created_ms == TIME_UNKNOWN_MS)
		d->created_ms = fit_time_ms(v[FILE_ID_TIME_CREATED]);
	if (d->has_file_id)
		return 0; /* the first part is the one that names the device */
	d->has_file_id = true;
	take_device(d, v[FILE_ID_MANUFACTURER], v[FILE_ID_PRODUCT], v[FILE_ID_SERIAL]);
	take_product_name(d, &def->raws[FILE_ID_RAW_PRODUCT_NAME], data);
	return 0;
}

/* What the file_id leaves out, the device that made the file (index 0) may say. */
int fit_on_device_info(struct fit_decoder *d, const struct fit_definition *def, const uint8_t *data,
	int64_t time_ms)
{
	(void)time_ms;
	const double *v = def->values;
	fit_note_sensor(d, v[DEVICE_SOURCE_TYPE], v[DEVICE_TYPE]);
	if (v[DEVICE_INDEX] != 0)
		return 0;
	take_device(d, v[DEVICE_MANUFACTURER], v[DEVICE_PRODUCT], v[DEVICE_SERIAL]);
	take_product_name(d, &def->raws[DEVICE_RAW_PRODUCT_NAME], data);
	return 0;
}

/* Keeps the first value that is set; devices write 0 for "not set". */
static void take_limit(double value, double *limit)
{
	if (isnan(*limit) && value > 0)
		*limit = value;
}

int fit_on_user_profile(struct fit_decoder *d, const struct fit_definition *def,
	const uint8_t *data, int64_t time_ms)
{
	(void)data;
	(void)time_ms;
	const double *v = def->values;
	struct file_profile *profile = &d->file->profile;
	if (!profile->has_sex && (v[USER_GENDER] == 0 || v[USER_GENDER] == 1)) {
		profile->has_sex = true;
		profile->male = v[USER_GENDER] == 1;
	}
	take_limit(v[USER_AGE], &profile->age_years);
	take_limit(v[USER_WEIGHT], &profile->weight_kg);
	take_limit(v[USER_RESTING_HR], &d->limits.user_rest);
	take_limit(v[USER_MAX_RUNNING_HR], &d->limits.user_max_running);
	take_limit(v[USER_MAX_HR], &d->limits.user_max);
	return 0;
}

int fit_on_zones_target(struct fit_decoder *d, const struct fit_definition *def,
	const uint8_t *data, int64_t time_ms)
{
	(void)data;
	(void)time_ms;
	take_limit(def->values[ZONES_MAX_HR], &d->limits.zones_max);
	take_limit(def->values[ZONES_THRESHOLD_HR], &d->limits.zones_threshold);
	return 0;
}

int fit_on_time_in_zone(struct fit_decoder *d, const struct fit_definition *def,
	const uint8_t *data, int64_t time_ms)
{
	(void)data;
	(void)time_ms;
	take_limit(def->values[ZONES_MAX_HR], &d->limits.zone_time_max);
	take_limit(def->values[ZONES_RESTING_HR], &d->limits.zone_time_rest);
	take_limit(def->values[ZONES_THRESHOLD_HR], &d->limits.zone_time_threshold);
	return 0;
}

/* HRmax and the others by the rank of their source: the zones set on the watch, those it used, the
 * profile. */
void fit_settle_limits(struct fit_decoder *d)
{
	const struct fit_limits *limits = &d->limits;
	struct file_profile *profile = &d->file->profile;
	take_limit(limits->zones_max, &profile->hr_max_bpm);
	take_limit(limits->zone_time_max, &profile->hr_max_bpm);
	take_limit(limits->user_max_running, &profile->hr_max_bpm);
	take_limit(limits->user_max, &profile->hr_max_bpm);
	take_limit(limits->zone_time_rest, &profile->hr_rest_bpm);
	take_limit(limits->user_rest, &profile->hr_rest_bpm);
	take_limit(limits->zones_threshold, &profile->threshold_hr_bpm);
	take_limit(limits->zone_time_threshold, &profile->threshold_hr_bpm);
}
