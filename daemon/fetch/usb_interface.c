/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch/usb_interface.h"

#include <libusb-1.0/libusb.h>

#define SUBCLASS_STILL_IMAGE 1
#define PROTOCOL_PTP 1
#define PACKET_MASK 0x07FF /* the higher bits of wMaxPacketSize are not its size */

static bool has_layout(const struct libusb_interface_descriptor *setting, struct usb_interface *ret)
{
	*ret = (struct usb_interface) { .number = setting->bInterfaceNumber,
		.alternate = setting->bAlternateSetting,
		.name_at = setting->iInterface };
	for (unsigned i = 0; i < setting->bNumEndpoints; i++) {
		const struct libusb_endpoint_descriptor *endpoint = &setting->endpoint[i];
		unsigned type = endpoint->bmAttributes & LIBUSB_TRANSFER_TYPE_MASK;
		bool in = endpoint->bEndpointAddress & LIBUSB_ENDPOINT_IN;
		if (type == LIBUSB_TRANSFER_TYPE_BULK && in) {
			ret->in = endpoint->bEndpointAddress;
			ret->packet_bytes = endpoint->wMaxPacketSize & PACKET_MASK;
		} else if (type == LIBUSB_TRANSFER_TYPE_BULK) {
			ret->out = endpoint->bEndpointAddress;
		} else if (type == LIBUSB_TRANSFER_TYPE_INTERRUPT && in) {
			ret->event = endpoint->bEndpointAddress;
		}
	}
	/* full, high and super speed have packets of these sizes; the buffer is a multiple of each */
	bool whole = ret->packet_bytes == 8 || ret->packet_bytes == 16 || ret->packet_bytes == 32 ||
		     ret->packet_bytes == 64 || ret->packet_bytes == 512 ||
		     ret->packet_bytes == 1024;
	return setting->bNumEndpoints == 3 && ret->in && ret->out && ret->event && whole;
}

static unsigned rank(const struct libusb_interface_descriptor *setting)
{
	if (setting->bInterfaceClass == LIBUSB_CLASS_IMAGE &&
		setting->bInterfaceSubClass == SUBCLASS_STILL_IMAGE &&
		setting->bInterfaceProtocol == PROTOCOL_PTP)
		return 5;
	return (setting->bInterfaceClass == LIBUSB_CLASS_VENDOR_SPEC ? 3u : 1u) +
	       (setting->iInterface != 0);
}

bool usb_interface_find(
	const struct libusb_config_descriptor *configuration, int number, struct usb_interface *ret)
{
	unsigned best = 0;
	for (unsigned i = 0; i < configuration->bNumInterfaces; i++) {
		const struct libusb_interface *interface = &configuration->interface[i];
		for (int j = 0; j < interface->num_altsetting; j++) {
			const struct libusb_interface_descriptor *setting =
				&interface->altsetting[j];
			struct usb_interface found;
			if (number >= 0 && setting->bInterfaceNumber != number)
				continue;
			if (has_layout(setting, &found) && rank(setting) > best) {
				best = rank(setting);
				*ret = found;
			}
		}
	}
	return best > 0;
}
