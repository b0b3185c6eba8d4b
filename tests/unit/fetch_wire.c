/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The packets between daemon and fetcher. */
#include "support/test.h"

#include "ipc/fetch_wire.h"

#include <errno.h>
#include <string.h>

static void fill(char *text, size_t capacity, char with)
{
	memset(text, with, capacity - 1);
	text[capacity - 1] = '\0';
}

static void comes_out_as_it_went_in_at_its_largest(void **state)
{
	(void)state;
	struct fetch_packet packet = { .type = FETCH_LISTED,
		.size_bytes = INT64_MAX,
		.mtime_ns = INT64_MIN,
		.status = -19,
		.files_n = UINT32_MAX,
		.wanted_n = 7,
		.full = false,
		.known_make = true,
		.done_bytes = -1 };
	struct fetch_packet back;
	uint8_t raw[FETCH_PACKET_MAX_BYTES];
	fill(packet.path, sizeof packet.path, 'p');
	fill(packet.why, sizeof packet.why, 'w');
	fill(packet.maker, sizeof packet.maker, 'm');
	fill(packet.model, sizeof packet.model, 'n');
	fill(packet.serial, sizeof packet.serial, 's');
	fill(packet.firmware, sizeof packet.firmware, 'f');
	memset(packet.hash, 0xA5, sizeof packet.hash);
	memset(&back, 0, sizeof back);
	size_t size = fetch_packet_put(&packet, raw);
	assert_int_equal(fetch_packet_get(raw, size, &back), 0);
	assert_string_equal(back.path, packet.path);
	assert_string_equal(back.why, packet.why);
	assert_string_equal(back.maker, packet.maker);
	assert_string_equal(back.model, packet.model);
	assert_string_equal(back.serial, packet.serial);
	assert_string_equal(back.firmware, packet.firmware);
	assert_memory_equal(back.hash, packet.hash, sizeof packet.hash);
	assert_true(
		back.type == FETCH_LISTED && !back.full && back.known_make && back.status == -19);
	assert_true(back.size_bytes == INT64_MAX && back.mtime_ns == INT64_MIN);
	assert_true(back.files_n == UINT32_MAX && back.wanted_n == 7 && back.done_bytes == -1);
}

static void refuses_every_packet_that_is_cut_or_goes_on(void **state)
{
	(void)state;
	struct fetch_packet packet = { .type = FETCH_WATCH, .model = "Forerunner 965" };
	struct fetch_packet back;
	uint8_t raw[FETCH_PACKET_MAX_BYTES + 1] = { 0 };
	size_t size = fetch_packet_put(&packet, raw);
	for (size_t n = 0; n < size; n++)
		assert_int_equal(fetch_packet_get(raw, n, &back), -EBADMSG);
	assert_int_equal(fetch_packet_get(raw, size + 1, &back), -EBADMSG);
	raw[4] = FETCH_TYPE_COUNT;
	assert_int_equal(fetch_packet_get(raw, size, &back), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_out_as_it_went_in_at_its_largest),
		cmocka_unit_test(refuses_every_packet_that_is_cut_or_goes_on),
	};
	return cmocka_run_group_tests_name("fetch_wire", tests, NULL, NULL);
}
