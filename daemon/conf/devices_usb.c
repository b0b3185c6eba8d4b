/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf/devices_table.h"

#include <string.h>

const char *const device_transport_names[DEVICE_TRANSPORT_COUNT] = {
	[DEVICE_TRANSPORT_NONE] = "none",
	[DEVICE_TRANSPORT_MTP] = "mtp",
	[DEVICE_TRANSPORT_DRIVE] = "drive",
};

static const char *value_of(const struct device_section *section, enum device_attribute attribute)
{
	return section->values[attribute] ? section->values[attribute][0] : NULL;
}

/* A word that is none of them counts as "none": then at least nobody speaks to the device. */
static enum device_transport transport_of(const char *word)
{
	for (unsigned i = 0; i < DEVICE_TRANSPORT_COUNT; i++)
		if (strcmp(device_transport_names[i], word) == 0)
			return (enum device_transport)i;
	return DEVICE_TRANSPORT_NONE;
}

bool devices_match_usb(const struct devices *devices, const struct device_usb_facts *facts,
	struct device_usb_match *ret)
{
	const struct device_facts all = { .words = { [DEVICE_FACT_USB_ID] = facts->ids,
						  [DEVICE_FACT_CLASSES] = facts->classes,
						  [DEVICE_FACT_INTERFACES] = facts->interfaces,
						  [DEVICE_FACT_ENDPOINTS] = facts->endpoints } };
	for (size_t i = 0; i < devices->n; i++) {
		const struct device_section *section = &devices->sections[i];
		const char *transport = value_of(section, DEVICE_ATTRIBUTE_TRANSPORT);
		if (!transport || !device_section_matches(section, &all))
			continue;
		const char *numbers = value_of(section, DEVICE_ATTRIBUTE_PRODUCT_NUMBERS);
		*ret = (struct device_usb_match) { .name = section->name,
			.maker = value_of(section, DEVICE_ATTRIBUTE_MAKER),
			.model = value_of(section, DEVICE_ATTRIBUTE_MODEL),
			.advice = value_of(section, DEVICE_ATTRIBUTE_ADVICE),
			.garmin_numbers = numbers && strcmp(numbers, "garmin") == 0,
			.transport = transport_of(transport) };
		return true;
	}
	return false;
}
