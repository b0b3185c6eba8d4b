/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The file in which a device names its own folders, as the device tables want it. For kneadd-fetch alone: it
 * takes libxml2. */

#include "conf/devices.h"

/* A device_named_fn: GarminDevice.xml. Returns 0; -EBADMSG, -EFBIG; -ENOMEM. */
int device_file_read(const uint8_t *data, size_t size, struct device_named *ret);
