/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What an attribute of the device tables can be, and the sections that were read. Inside of the folder
 * only. A new attribute is a row here; one that matches names the fact it is held against. */

#include "conf/devices.h"

/* What is known of a device; each fact is a list of words. */
enum device_fact {
	DEVICE_FACT_FOLDERS,    /* names in the root of its tree */
	DEVICE_FACT_USB_ID,     /* "091e:50db" */
	DEVICE_FACT_CLASSES,    /* of the USB interfaces: "06/01/01" */
	DEVICE_FACT_INTERFACES, /* their names: "MTP" */
	DEVICE_FACT_ENDPOINTS,  /* their endpoints: "bulk-in,bulk-out,interrupt-in" */
	DEVICE_FACT_COUNT,
	DEVICE_FACT_NONE = DEVICE_FACT_COUNT,
};

struct device_facts {
	const char *const *words[DEVICE_FACT_COUNT]; /* NULL-terminated; NULL: not known */
};

/* X(SYMBOL, key, fact that it matches) */
#define DEVICE_ATTRIBUTES(X)                                      \
	X(MATCH_FOLDER, "MatchFolder", FACT_FOLDERS)              \
	X(MATCH_USB_ID, "MatchUsbId", FACT_USB_ID)                \
	X(MATCH_CLASS, "MatchInterfaceClass", FACT_CLASSES)       \
	X(MATCH_INTERFACE, "MatchInterfaceName", FACT_INTERFACES) \
	X(MATCH_ENDPOINTS, "MatchEndpoints", FACT_ENDPOINTS)      \
	X(MAKER, "Maker", FACT_NONE)                              \
	X(MODEL, "Model", FACT_NONE)                              \
	X(TRANSPORT, "Transport", FACT_NONE)                      \
	X(ADVICE, "Advice", FACT_NONE)                            \
	X(PRODUCT_NUMBERS, "ProductNumbers", FACT_NONE)           \
	X(ACTIVITY_PATH, "ActivityPath", FACT_NONE)               \
	X(WELLNESS_PATH, "WellnessPath", FACT_NONE)               \
	X(DEVICE_FILE, "DeviceFile", FACT_NONE)                   \
	X(FILE_NAME, "FileName", FACT_NONE)                       \
	X(SKIP_NAME, "SkipName", FACT_NONE)

enum device_attribute {
#define DEVICE_ATTRIBUTE_ENUM(symbol, key, fact) DEVICE_ATTRIBUTE_##symbol,
	DEVICE_ATTRIBUTES(DEVICE_ATTRIBUTE_ENUM)
#undef DEVICE_ATTRIBUTE_ENUM
		DEVICE_ATTRIBUTE_COUNT,
};

#define DEVICE_VALUES_MAX 16u

struct device_section {
	char *name;
	char **values
		[DEVICE_ATTRIBUTE_COUNT]; /* NULL-terminated lists of patterns; NULL: not given */
};

struct devices {
	struct device_section *sections;
	size_t n;
};

struct device_file {
	const char *name, *text;
};

extern const struct device_file devices_builtin[];
extern const size_t devices_builtin_n;

/* Every match attribute of the section has a pattern that fits a word of its fact. */
bool device_section_matches(const struct device_section *section, const struct device_facts *facts);
