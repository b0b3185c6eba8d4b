/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What a watch says of itself, and plain lists of numbers (MTP 1.1, section 5 and appendix C). */

#include "mtp/mtp_codes.h"
#include "mtp/mtp_text.h"

#include <stddef.h>

/* Operations that are no concern of ours count as well, to know how many there are. */
#define MTP_OPERATIONS_MAX 512u

struct mtp_device_info {
	char maker[MTP_TEXT_BYTES], model[MTP_TEXT_BYTES], version[MTP_TEXT_BYTES],
		serial[MTP_TEXT_BYTES]; /* "" when it does not say */
	uint16_t operations[MTP_OPERATIONS_MAX];
	size_t operations_n;
};

/* Strings that are left out at the end are "". Returns 0; -EBADMSG. */
int mtp_device_info_get(const uint8_t *data, size_t size, struct mtp_device_info *ret);

/* Whether the device says that it knows an operation. */
bool mtp_device_knows(const struct mtp_device_info *info, enum mtp_operation operation);

/* Storages and handles of one folder: far above any watch. */
#define MTP_NUMBERS_MAX 65536u

/* An array of 32-bit numbers. *ret is the caller's to free.
 * Returns 0; -EBADMSG; -E2BIG beyond MTP_NUMBERS_MAX; -ENOMEM. */
int mtp_numbers_get(const uint8_t *data, size_t size, uint32_t **ret, size_t *ret_n);
