/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a device on USB says of itself is read by the daemon before anybody knows what it is. */
#include "device/usb.h"

#include "base/cleanup.h"
#include "support/scratch.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t watch[] = {
	/* device, configuration 1, interface 0 with two endpoints */
	18, 1, 0, 2, 0, 0, 0, 64, 0x1e, 0x09, 0xdb, 0x50, 0, 1, 1, 2, 3, 1, /* */
	9, 2, 32, 0, 1, 1, 0, 0x80, 50,                                     /* */
	9, 4, 0, 0, 2, 0xff, 0xff, 0, 0,                                    /* */
	7, 5, 0x81, 2, 0, 2, 0,                                             /* */
	7, 5, 0x02, 2, 0, 2, 0
};

static void assert_terminated(const struct usb_facts *facts)
{
	assert_true(facts->n <= USB_INTERFACES_MAX);
	for (size_t i = 0; i < USB_INTERFACES_MAX; i++) {
		assert_non_null(memchr(facts->classes[i], 0, USB_WORD_BYTES));
		assert_non_null(memchr(facts->interfaces[i], 0, USB_WORD_BYTES));
		assert_non_null(memchr(facts->endpoints[i], 0, USB_WORD_BYTES));
	}
}

/* In memory of just that size, so that a sanitizer sees a read behind it. */
static void read_exactly(const uint8_t *data, size_t size, struct usb_facts *ret)
{
	uint8_t *copy = malloc(size ? size : 1);
	assert_non_null(copy);
	memcpy(copy, data, size);
	*ret = (struct usb_facts) { 0 };
	usb_read_descriptors(copy, size, 1, ret);
	assert_terminated(ret);
	(void)usb_mtp_interface(ret);
	*ret = (struct usb_facts) { 0 };
	usb_read_descriptors(copy, size, 2, ret); /* no such one: the first is read */
	free(copy);
	assert_terminated(ret);
}

static void reads_the_interfaces_of_a_watch(void **state)
{
	(void)state;
	struct usb_facts facts;
	read_exactly(watch, sizeof watch, &facts);
	assert_int_equal(facts.n, 1);
	assert_string_equal(facts.classes[0], "ff/ff/00");
	assert_string_equal(facts.endpoints[0], "bulk-in,bulk-out");
}

/* The setting that is active at first has nothing in it; a setting that says less than the first changes nothing. */
static void endpoints_of_another_setting_count_where_they_speak_mtp(void **state)
{
	(void)state;
	static const uint8_t device[] = { 18, 1, 0, 2, 0, 0, 0, 64, 0x1e, 0x09, 0xdb, 0x50, 0, 1, 1,
		2, 3, 1,                                                                 /* */
		9, 2, 98, 0, 2, 1, 0, 0x80, 50,                                          /* */
		9, 4, 0, 0, 0, 6, 1, 1, 0,                                               /* */
		9, 4, 0, 1, 3, 0xff, 0xff, 0, 0,                                         /* */
		7, 5, 0x81, 2, 0, 2, 0, 7, 5, 0x02, 2, 0, 2, 0, 7, 5, 0x83, 3, 64, 0, 6, /* */
		9, 4, 1, 0, 1, 2, 2, 1, 0,                                               /* */
		7, 5, 0x86, 3, 64, 0, 6,                                                 /* */
		9, 4, 1, 1, 1, 10, 0, 0, 0,                                              /* */
		7, 5, 0x84, 2, 0, 2, 0,                                                  /* */
		/* of an interface that is not there */
		9, 4, 5, 1, 3, 0xff, 0xff, 0, 0, /* */
		7, 5, 0x81, 2, 0, 2, 0, 7, 5, 0x02, 2, 0, 2, 0, 7, 5, 0x83, 3, 64, 0, 6 };
	struct usb_facts facts;
	read_exactly(device, sizeof device, &facts);
	assert_int_equal(facts.n, 2);
	assert_string_equal(facts.classes[0], "ff/ff/00");
	assert_string_equal(facts.endpoints[0], "bulk-in,bulk-out,interrupt-in");
	assert_string_equal(facts.classes[1], "02/02/01");
	assert_string_equal(facts.endpoints[1], "interrupt-in");
	assert_int_equal(usb_mtp_interface(&facts), 0);
}

static void survives_every_cut(void **state)
{
	(void)state;
	struct usb_facts facts;
	for (size_t size = 0; size <= sizeof watch; size++) {
		read_exactly(watch, size, &facts);
		/* an interface that is cut is none */
		assert_int_equal(facts.n, size >= 36);
	}
}

static void survives_every_length_in_every_place(void **state)
{
	(void)state;
	struct usb_facts facts;
	uint8_t odd[sizeof watch];
	for (size_t at = 0; at < sizeof watch; at++)
		for (unsigned value = 0; value < 256; value++) {
			memcpy(odd, watch, sizeof watch);
			odd[at] = (uint8_t)value;
			read_exactly(odd, sizeof odd, &facts);
		}
}

static void more_interfaces_and_endpoints_than_there_is_room_for_are_left_out(void **state)
{
	(void)state;
	struct usb_facts facts;
	uint8_t many[18 + 9 + 200 * 9 + 200 * 7];
	memcpy(many, watch, 27);
	size_t size = 27;
	for (unsigned i = 0; i < 200; i++) {
		const uint8_t interface[9] = { 9, 4, (uint8_t)i, 0, 30, 6, 1, 1, 0 };
		memcpy(many + size, interface, sizeof interface);
		size += sizeof interface;
		const uint8_t endpoint[7] = { 7, 5, 0x81, 0xff, 0, 2, 0 };
		memcpy(many + size, endpoint, sizeof endpoint);
		size += sizeof endpoint;
	}
	read_exactly(many, size, &facts);
	assert_int_equal(facts.n, USB_INTERFACES_MAX);
	/* and all endpoints in one interface */
	size = 36;
	memcpy(many, watch, size);
	for (unsigned i = 0; i < 200; i++, size += 7)
		memcpy(many + size, (const uint8_t[]) { 7, 5, 0x81, 1, 0, 2, 0 }, 7);
	read_exactly(many, size, &facts);
	assert_int_equal(facts.n, 1);
}

static void survives_rubbish(void **state)
{
	(void)state;
	struct usb_facts facts;
	uint32_t seed = 20260516;
	uint8_t rubbish[512];
	for (unsigned round = 0; round < 20000; round++) {
		for (size_t i = 0; i < sizeof rubbish; i++) {
			seed = seed * 1664525u + 1013904223u;
			/* short lengths and the few types that mean something, more often than chance has them */
			rubbish[i] = (uint8_t)((seed >> 24) % (seed & 0x100 ? 10 : 256));
		}
		read_exactly(rubbish, seed % sizeof rubbish, &facts);
	}
}

static void words_of_a_device_are_short_and_plain(void **state)
{
	(void)state;
	struct scratch scratch;
	scratch_init(&scratch);
	struct usb_facts facts;
	char path[SCRATCH_PATH_BYTES], longest[4096];
	FILE *file = fopen(scratch_path(&scratch, "descriptors", path), "we");
	assert_non_null(file);
	assert_int_equal(fwrite(watch, sizeof watch, 1, file), 1);
	assert_int_equal(fclose(file), 0);
	memset(longest, 'A', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	scratch_write(&scratch, "idVendor", "091e\n");
	scratch_write(&scratch, "idProduct", "rubbish\n");
	scratch_write(&scratch, "serial", "../../etc/\x1b[2Jx\xe2\x80\xae\x7f\n");
	scratch_write(&scratch, "product", longest);
	scratch_write(&scratch, "manufacturer", "\n");
	assert_int_equal(usb_read_facts(scratch.path, &facts), 0);
	assert_terminated(&facts);
	assert_string_equal(facts.id, "091e:0000");
	assert_string_equal(facts.serial, "../../etc/?[2Jx????");
	assert_int_equal(strlen(facts.model), USB_TEXT_BYTES - 1);
	assert_string_equal(facts.maker, "");
	struct usb_watch described;
	char source[WATCH_SOURCE_BYTES];
	usb_describe(&facts, NULL, &described);
	usb_source(&described, source);
	assert_string_equal(source, "watch:../../etc/?[2Jx????");
	scratch_done(&scratch);
}

static void nothing_of_a_device_that_is_gone(void **state)
{
	(void)state;
	struct usb_facts facts;
	assert_true(usb_read_facts("/nowhere", &facts) < 0);
}

/* A watch may show a card, or a disk with its own software, beside what speaks MTP: its runs are behind that. */
static void mtp_goes_before_a_drive_beside_it(void **state)
{
	(void)state;
	static const char *const nowhere[] = { NULL };
	CLEANUP(devices_freep) struct devices *devices = NULL;
	assert_int_equal(devices_load_from(nowhere, &devices, NULL), 0);
	struct usb_facts facts = { .id = "091e:50db",
		.classes = { "08/06/50", "ff/ff/00", "08/06/50" },
		.endpoints = { "bulk-in,bulk-out", "bulk-in,bulk-out,interrupt-in",
			"bulk-in,bulk-out" },
		.interfaces = { "", "MTP", "" },
		.numbers = { 0, 1, 2 },
		.n = 3 };
	struct device_usb_match match;
	for (size_t n = 1; n <= 3; n++) {
		facts.n = n;
		assert_true(usb_match(devices, &facts, &match));
		assert_int_equal(
			match.transport, n == 1 ? DEVICE_TRANSPORT_DRIVE : DEVICE_TRANSPORT_MTP);
	}
	assert_int_equal(usb_mtp_interface(&facts), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_interfaces_of_a_watch),
		cmocka_unit_test(endpoints_of_another_setting_count_where_they_speak_mtp),
		cmocka_unit_test(survives_every_cut),
		cmocka_unit_test(survives_every_length_in_every_place),
		cmocka_unit_test(more_interfaces_and_endpoints_than_there_is_room_for_are_left_out),
		cmocka_unit_test(survives_rubbish),
		cmocka_unit_test(words_of_a_device_are_short_and_plain),
		cmocka_unit_test(nothing_of_a_device_that_is_gone),
		cmocka_unit_test(mtp_goes_before_a_drive_beside_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
