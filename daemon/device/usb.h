/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What a device on USB shows of itself in sysfs: no word is exchanged with it. */

#include "conf/devices.h"

#include <stdint.h>

#define USB_INTERFACES_MAX 8u
#define USB_WORD_BYTES 64u
#define USB_TEXT_BYTES 64u

struct usb_facts {
	uint16_t vendor, product;
	char id[USB_WORD_BYTES];
	char serial[USB_TEXT_BYTES];                       /* "": none; printable ASCII only */
	char maker[USB_TEXT_BYTES], model[USB_TEXT_BYTES]; /* its own strings; "" */
	char classes[USB_INTERFACES_MAX][USB_WORD_BYTES];
	char interfaces[USB_INTERFACES_MAX][USB_WORD_BYTES];
	char endpoints[USB_INTERFACES_MAX][USB_WORD_BYTES];
	uint8_t numbers[USB_INTERFACES_MAX]; /* bInterfaceNumber */
	uint8_t configuration;               /* bConfigurationValue of the one that is read */
	size_t n;                            /* its interfaces */
};

/* Fills the interfaces' classes and endpoints from the descriptors as the kernel keeps them: device, then
 * configurations. What is cut or makes no sense ends the reading.
 *
 * active  the value of the configuration that is to be read; the first one is where there is no such */
void usb_read_descriptors(
	const uint8_t *data, size_t size, unsigned active, struct usb_facts *facts);

/* The number of the interface that speaks MTP, of those with its endpoints: the one whose name says so, else the
 * one of its class, else the only one; -1 when that does not decide it. */
int usb_mtp_interface(const struct usb_facts *facts);

/* All of it. syspath: "/sys/devices/…/1-1". Returns 0; -ENOENT: it is gone, or no such device. */
int usb_read_facts(const char *syspath, struct usb_facts *ret);

/* A device that may be a watch, as people are told of it. */
#define WATCH_NODE_BYTES 64u
#define WATCH_NAME_BYTES 96u
#define WATCH_SERIAL_BYTES 64u
#define WATCH_ADVICE_BYTES 256u

struct usb_watch {
	char serial[WATCH_SERIAL_BYTES]; /* as USB gives it; "": none */
	char name[WATCH_NAME_BYTES];     /* "Forerunner 965" */
	char node[WATCH_NODE_BYTES];     /* "/dev/bus/usb/001/004" */
	char id[10];                     /* "091e:50db" */
	char section[32];                /* of the tables */
	bool has_maker; /* the tables know its make; else anything that speaks MTP */
	char advice[WATCH_ADVICE_BYTES]; /* "": none */
	enum device_transport transport;
	int interface; /* that speaks MTP; -1: not known */
};

/* As the tables want them. */
bool usb_match(
	const struct devices *devices, const struct usb_facts *facts, struct device_usb_match *ret);

/* How people call it: "Forerunner 965", else the device's or the table's words, else "Garmin 091e:50db". */
void usb_name(const struct usb_facts *facts, const struct device_usb_match *match, char *ret,
	size_t room);

/* All but the node. match may be NULL: nothing in the tables knows it, and it is no more than a drive. */
void usb_describe(
	const struct usb_facts *facts, const struct device_usb_match *match, struct usb_watch *ret);

/* The name under which its files are remembered: by its serial number, so that a second plug-in is cheap; one
 * without is known by its ids. */
#define WATCH_SOURCE_BYTES 64u /* as struct spool_origin has it */
void usb_source(const struct usb_watch *watch, char ret[WATCH_SOURCE_BYTES]);
