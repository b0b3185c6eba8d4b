/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mtp/mtp_dataset.h"

#include <errno.h>
#include <stdlib.h>

/* An array of 16-bit numbers; those beyond the capacity are counted out. */
static size_t codes(struct bytes *in, uint16_t *ret, size_t capacity)
{
	size_t n = bytes_le32(in);
	const uint8_t *at = n <= bytes_left(in) / 2 ? bytes_take(in, 2 * n) : NULL;
	if (!at) {
		in->failed = true;
		return 0;
	}
	struct bytes items = bytes_of(at, 2 * n);
	size_t kept = 0;
	while (bytes_left(&items) && kept < capacity)
		ret[kept++] = bytes_le16(&items);
	return kept;
}

/* Some end their dataset ahead of the last strings. */
static void text_or_none(struct bytes *in, char ret[MTP_TEXT_BYTES])
{
	ret[0] = '\0';
	if (in->failed || bytes_left(in))
		mtp_text(in, ret);
}

int mtp_device_info_get(const uint8_t *data, size_t size, struct mtp_device_info *ret)
{
	struct bytes in = bytes_of(data, size);
	char extension[MTP_TEXT_BYTES];
	(void)bytes_le16(&in); /* version of the standard */
	(void)bytes_le32(&in); /* extension: who, which version */
	(void)bytes_le16(&in);
	mtp_text(&in, extension);
	(void)bytes_le16(&in); /* mode */
	ret->operations_n = codes(&in, ret->operations, MTP_OPERATIONS_MAX);
	(void)codes(&in, NULL, 0); /* events */
	(void)codes(&in, NULL, 0); /* properties of the device */
	(void)codes(&in, NULL, 0); /* formats it captures */
	(void)codes(&in, NULL, 0); /* formats it plays */
	text_or_none(&in, ret->maker);
	text_or_none(&in, ret->model);
	text_or_none(&in, ret->version);
	text_or_none(&in, ret->serial);
	return in.failed ? -EBADMSG : 0;
}

bool mtp_device_knows(const struct mtp_device_info *info, enum mtp_operation operation)
{
	for (size_t i = 0; i < info->operations_n; i++)
		if (info->operations[i] == (uint16_t)operation)
			return true;
	return false;
}

int mtp_numbers_get(const uint8_t *data, size_t size, uint32_t **ret, size_t *ret_n)
{
	struct bytes in = bytes_of(data, size);
	size_t n = bytes_le32(&in);
	if (in.failed || n > bytes_left(&in) / 4)
		return -EBADMSG;
	if (n > MTP_NUMBERS_MAX)
		return -E2BIG;
	uint32_t *numbers = calloc(n ? n : 1, sizeof *numbers);
	if (!numbers)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		numbers[i] = bytes_le32(&in);
	*ret = numbers;
	*ret_n = n;
	return 0;
}
