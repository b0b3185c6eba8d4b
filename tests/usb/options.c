/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "usb/options.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct watch_profile watch_garmin = {
	.vendor = 0x091e,
	.product = 0x50db,
	.class = 0xff,
	.subclass = 0xff,
	.packet_bytes = 512,
	.interface_name = "MTP",
	.serial = "0000cbf0a1b2",
	.model = "Forerunner 965",
	.storage = "Internal Storage",
	.storage_id = 0x00020001,
};

enum kind { TEXT, FLAG, U8, U16, U32, LIST, ID, CLASS };

static const struct {
	const char *name;
	enum kind kind;
	size_t offset;
} rows[] = {
#define ROW(name, kind, field)                                    \
	{                                                         \
		name, kind, offsetof(struct watch_profile, field) \
	}
	ROW("root", TEXT, root),
	ROW("id", ID, vendor),
	ROW("device-class", U8, device_class),
	ROW("class", CLASS, class),
	ROW("packet", U16, packet_bytes),
	ROW("interface-name", TEXT, interface_name),
	ROW("interface", U8, interface),
	ROW("alternate", U8, alternate),
	ROW("decoys-alike", FLAG, decoys_alike),
	ROW("configuration", U8, configuration),
	ROW("other-configuration", FLAG, other_configuration),
	ROW("maker", TEXT, maker),
	ROW("model-string", TEXT, model_string),
	ROW("serial", TEXT, serial),
	ROW("model", TEXT, model),
	ROW("storage", TEXT, storage),
	ROW("storage-id", U32, storage_id),
	ROW("list", LIST, list),
	ROW("no-partial", FLAG, no_partial),
	ROW("unsplit", FLAG, unsplit),
	ROW("zlp", FLAG, zlp),
	ROW("root-is-zero", FLAG, root_is_zero),
	ROW("root-is-all", FLAG, root_is_all),
	ROW("folder-is-all", FLAG, folder_is_all),
	ROW("handles-move", FLAG, handles_move),
	ROW("size-unknown", FLAG, size_unknown),
	ROW("session-open", FLAG, session_open),
	ROW("status-stalls", FLAG, status_stalls),
	ROW("not-mtp", FLAG, not_mtp),
	ROW("single-buffers", FLAG, single_buffers),
	ROW("busy-claims", U32, busy_claims),
	ROW("broken-opens", U32, broken_opens),
	ROW("cancel-polls", U32, cancel_polls),
	ROW("latency-usec", U32, latency_usec),
#undef ROW
};

static const char *const kinds[FAULT_KIND_COUNT] = {
	[FAULT_STALL] = "stall",
	[FAULT_STALL_OUT] = "stall-out",
	[FAULT_RESPONSE] = "response",
	[FAULT_WRONG_ID] = "wrong-id",
	[FAULT_STRAY] = "stray",
	[FAULT_EVENTS] = "events",
	[FAULT_HANG] = "hang",
	[FAULT_SHORT] = "short",
	[FAULT_LENGTH] = "length",
	[FAULT_UNPLUG] = "unplug",
	[FAULT_PROTO] = "proto",
	[FAULT_FLIP] = "flip",
	[FAULT_NONSENSE] = "nonsense",
};

static bool fault_word(struct watch_fault *fault, const char *key, const char *value)
{
	if (strcmp(key, "kind") == 0) {
		for (unsigned i = 0; i < FAULT_KIND_COUNT; i++)
			if (strcmp(kinds[i], value) == 0) {
				fault->kind = (enum watch_fault_kind)i;
				return true;
			}
		return false;
	}
	if (strcmp(key, "op") == 0)
		fault->operation = (uint16_t)strtoul(value, NULL, 16);
	else if (strcmp(key, "code") == 0)
		fault->value = strtol(value, NULL, 16);
	else if (strcmp(key, "nth") == 0)
		fault->nth = (unsigned)strtoul(value, NULL, 10);
	else if (strcmp(key, "times") == 0)
		fault->times = (unsigned)strtoul(value, NULL, 10);
	else if (strcmp(key, "on") == 0)
		fault->on = (uint32_t)strtoul(value, NULL, 10);
	else if (strcmp(key, "at") == 0)
		fault->at = strtoull(value, NULL, 10);
	else if (strcmp(key, "value") == 0)
		fault->value = strtoll(value, NULL, 10);
	else
		return false;
	return true;
}

/* "kind=stall,op=1009,on=3,nth=2,times=1,at=5000,value=..,code=2019"; "none" forgets all. */
static bool add_fault(struct watch_profile *profile, const char *text)
{
	if (strcmp(text, "none") == 0) {
		profile->faults_n = 0;
		return true;
	}
	if (profile->faults_n == WATCH_FAULTS_MAX)
		return false;
	struct watch_fault fault = { .kind = FAULT_KIND_COUNT, .times = 1 };
	char copy[256], *rest = copy;
	(void)snprintf(copy, sizeof copy, "%s", text);
	for (char *word; (word = strsep(&rest, ","));) {
		char *equals = strchr(word, '=');
		if (!equals)
			return false;
		*equals = '\0';
		if (!fault_word(&fault, word, equals + 1))
			return false;
	}
	if (fault.kind == FAULT_KIND_COUNT)
		return false;
	profile->faults[profile->faults_n++] = fault;
	return true;
}

static bool set_list(enum watch_list *list, const char *value)
{
	static const char *const names[] = { [LIST_GIVEN] = "given",
		[LIST_REFUSED] = "refused",
		[LIST_SINGLE] = "single",
		[LIST_ABSENT] = "absent" };
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], value) == 0) {
			*list = (enum watch_list)i;
			return true;
		}
	return false;
}

static bool set_value(struct watch_profile *profile, size_t row, const char *value)
{
	void *at = (char *)profile + rows[row].offset;
	unsigned long number = strtoul(value, NULL, 0);
	char *end;
	switch (rows[row].kind) {
	case TEXT: /* lives as long as the program */
		*(const char **)at = *value ? strdup(value) : NULL;
		return true;
	case FLAG:
		*(bool *)at = strcmp(value, "no") != 0;
		return true;
	case U8:
		*(uint8_t *)at = (uint8_t)number;
		return true;
	case U16:
		*(uint16_t *)at = (uint16_t)number;
		return true;
	case U32:
		*(unsigned *)at = strcmp(value, "always") == 0 ? UINT_MAX : (unsigned)number;
		return true;
	case LIST:
		return set_list(at, value);
	case ID:
		profile->vendor = (uint16_t)strtoul(value, &end, 16);
		profile->product = *end == ':' ? (uint16_t)strtoul(end + 1, NULL, 16) : 0;
		return *end == ':';
	case CLASS:
		profile->class = (uint8_t)strtoul(value, &end, 16);
		profile->subclass = *end == '/' ? (uint8_t)strtoul(end + 1, &end, 16) : 0;
		profile->protocol = *end == '/' ? (uint8_t)strtoul(end + 1, &end, 16) : 0;
		return *end == '\0';
	}
	return false;
}

bool option_set(struct watch_profile *profile, const char *text)
{
	size_t size = strcspn(text, "=");
	const char *value = text[size] == '=' ? text + size + 1 : "yes";
	bool done = false;
	if (size == 5 && strncmp(text, "fault", 5) == 0)
		done = add_fault(profile, value);
	for (size_t i = 0; !done && i < sizeof rows / sizeof *rows; i++)
		if (strlen(rows[i].name) == size && strncmp(rows[i].name, text, size) == 0)
			done = set_value(profile, i, value);
	if (!done)
		(void)fprintf(stderr, "knead-watch-sim: not understood: %s\n", text);
	return done;
}
