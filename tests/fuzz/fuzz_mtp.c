/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A watch that says anything at all: the first byte chooses what it is taken for. */
#include "fuzz/fuzz_target.h"

#include "mtp/mtp_container.h"
#include "mtp/mtp_dataset.h"
#include "mtp/mtp_objects.h"

#include <stdlib.h>
#include <string.h>

static void check_name(const char *name)
{
	if (strlen(name) >= MTP_TEXT_BYTES || (*name && !mtp_name_is_plain(name)))
		abort();
}

static void numbers(const uint8_t *data, size_t size)
{
	uint32_t *list = NULL;
	size_t n = 0;
	if (mtp_numbers_get(data, size, &list, &n) == 0 && n > MTP_NUMBERS_MAX)
		abort();
	free(list);
}

static void props(const uint8_t *data, size_t size)
{
	struct mtp_objects objects = { 0 };
	size_t half = size / 2;
	(void)mtp_prop_list_get(data, half, &objects);
	(void)mtp_prop_list_get(data + half, size - half, &objects); /* completes the first */
	if (objects.n > MTP_OBJECTS_MAX)
		abort();
	for (size_t i = 0; i < objects.n; i++)
		check_name(objects.rows[i].name);
	mtp_objects_done(&objects);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mtp_device_info info;
	struct mtp_header header;
	struct mtp_answer answer;
	struct mtp_object object;
	struct mtp_objects objects = { 0 };
	if (!size)
		return 0;
	uint8_t kind = *data++ % 5;
	size--;
	if (kind == 0) {
		if (mtp_header_get(data, size, &header) == 0 && header.length < MTP_HEADER_BYTES)
			abort();
		if (mtp_answer_get(data, size, &answer) == 0 &&
			answer.parameters_n > MTP_PARAMETERS_MAX)
			abort();
	} else if (kind == 1) {
		if (mtp_device_info_get(data, size, &info) == 0)
			(void)mtp_device_knows(&info, MTP_GET_OBJECT);
	} else if (kind == 2) {
		numbers(data, size);
	} else if (kind == 3) {
		if (mtp_object_info_get(data, size, 1, &object) == 0)
			check_name(object.name);
	} else {
		if (mtp_prop_list_get(data, size, &objects) == 0 && objects.n > MTP_OBJECTS_MAX)
			abort();
		mtp_objects_done(&objects);
		props(data, size);
	}
	return 0;
}
