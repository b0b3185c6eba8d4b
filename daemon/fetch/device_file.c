/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch/device_file.h"

#include "base/cleanup.h"
#include "garmin/garmin_device.h"

#include <errno.h>
#include <stdio.h>

int device_file_read(const uint8_t *data, size_t size, struct device_named *ret)
{
	AUTO_FREE struct garmin_device *device = malloc(sizeof *device);
	if (!device)
		return -ENOMEM;
	int r = garmin_device_decode(data, size, device, NULL);
	if (r < 0)
		return r;
	ret->n = 0;
	for (size_t i = 0; i < device->n && ret->n < DEVICE_NAMED_MAX; i++) {
		struct device_named_folder *folder = &ret->folders[ret->n++];
		folder->wellness = device->folders[i].use == GARMIN_USE_WELLNESS;
		(void)snprintf(folder->path, sizeof folder->path, "%s", device->folders[i].path);
		(void)snprintf(folder->begin, sizeof folder->begin, "%s", device->folders[i].begin);
	}
	return 0;
}
