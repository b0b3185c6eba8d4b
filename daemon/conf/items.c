/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf/items.h"

#include "base/cleanup.h"
#include "conf/values.h"

#include <string.h>

const char *const webhook_type_names[WEBHOOK_TYPE_COUNT] = {
	[WEBHOOK_TYPE_GENERIC] = "generic",
	[WEBHOOK_TYPE_NTFY] = "ntfy",
};

static const char *const sex_names[SEX_COUNT] = {
	[SEX_UNKNOWN] = "unknown",
	[SEX_FEMALE] = "female",
	[SEX_MALE] = "male",
};

static const char *const timing_words[CONF_TIMING_COUNT] = {
	[CONF_TIMING_NOW] = "now",
	[CONF_TIMING_MORNING] = "morning",
};

static const char *const sensitivity_words[CONF_SENSITIVITY_COUNT] = {
	[CONF_SENSITIVITY_QUIET] = "quiet",
	[CONF_SENSITIVITY_NORMAL] = "normal",
	[CONF_SENSITIVITY_EAGER] = "eager",
};

static const char *const eject_words[CONF_EJECT_COUNT] = {
	[CONF_EJECT_ASK] = "ask",
	[CONF_EJECT_AUTO] = "auto",
};

#define DEFAULT_EVENTS "import.completed massage.suggested rest.first watch.stuck"

const struct section_type section_types[SECTION_COUNT] = {
	[SECTION_WEBHOOK] = { .name = "webhook",
		.naming = NAMING_NEEDED,
		.title = "phone",
		.shipped = true,
		.heading =
			"Where notes go, one section for each receiver. For a phone: install the "
			"ntfy app, subscribe\nto a topic with a long random name, and write its "
			"address below. That one line is all it takes." },
	[SECTION_RUNNER] = { .name = "runner",
		.naming = NAMING_FREE,
		.title = NULL,
		.shipped = true,
		.heading = "Who runs; [runner NAME] gives a name that notes use. All of it is "
			   "optional: what is not given is\ntaken from the watch or estimated. "
			   "A value may hold from a day on, \"hr_max_bpm = 186 from "
			   "2026-03-01\",\nand "
			   "such a line may be repeated." },
	[SECTION_FOLDER] = { .name = "folder",
		.naming = NAMING_NEEDED,
		.title = "sync",
		.shipped = false,
		.heading =
			"Folders to take new files from as they arrive, such as one that a phone "
			"syncs to.\nNothing in them is ever changed." },
	[SECTION_STORE] = { .name = "store",
		.naming = NAMING_NONE,
		.title = NULL,
		.shipped = true,
		.heading = "What is kept on this machine." },
	[SECTION_WATCH] = { .name = "watch",
		.naming = NAMING_NONE,
		.title = NULL,
		.shipped = true,
		.heading = "Watches that are plugged in." },
	[SECTION_FEED] = { .name = "feed",
		.naming = NAMING_NONE,
		.title = NULL,
		.shipped = false,
		.heading = "A folder for other programs (GoldenCheetah, FitTrackee, Endurain): the "
			   "original of each new\nactivity is placed there too, once. What they do "
			   "with "
			   "it is theirs." },
};

#define RUNNER(field) SECTION_RUNNER, .offset = offsetof(struct conf_runner, field)
#define WEBHOOK(field) SECTION_WEBHOOK, .offset = offsetof(struct conf_webhook, field)
#define FOLDER(field) SECTION_FOLDER, .offset = offsetof(struct conf_folder, field)

const struct item items[] = {
	{ RUNNER(profile.sex), .key = "sex", .type = &value_choice, .fallback = "unknown",
		.range = "female, male or unknown", .names = sex_names, .count = SEX_COUNT,
		.help = "Enters one of the load formulas." },
	{ RUNNER(profile.birth_year), .key = "birth_year", .type = &value_whole, .fallback = "",
		.example = "1985", .range = "a year from 1900 to 2025", .min = 1900, .max = 2025,
		.help = "Gives the first estimate of the highest heart rate." },
	{ RUNNER(profile), .key = "hr_max_bpm", .type = &value_dated, .fallback = "",
		.example = "186 from 2026-03-01", .range = "beats per minute from 100 to 250",
		.min = 100, .max = 250, .count = PROFILE_HR_MAX_BPM,
		.help = "Highest heart rate." },
	{ RUNNER(profile), .key = "hr_rest_bpm", .type = &value_dated, .fallback = "",
		.example = "48", .range = "beats per minute from 25 to 110", .min = 25, .max = 110,
		.count = PROFILE_HR_REST_BPM, .help = "Heart rate at rest." },
	{ RUNNER(profile), .key = "threshold_hr_bpm", .type = &value_dated, .fallback = "",
		.example = "170", .range = "beats per minute from 80 to 230", .min = 80, .max = 230,
		.count = PROFILE_THRESHOLD_HR_BPM,
		.help = "Heart rate that you can hold for about an hour." },
	{ RUNNER(profile), .key = "threshold_speed_mps", .type = &value_dated, .fallback = "",
		.example = "3.70", .range = "metres per second from 1 to 8 (4:30 min/km is 3.70)",
		.min = 1, .max = 8, .count = PROFILE_THRESHOLD_SPEED_MPS,
		.help = "Speed that you can hold for about an hour on the flat." },
	{ RUNNER(profile), .key = "critical_power_w", .type = &value_dated, .fallback = "",
		.example = "285", .range = "watts from 50 to 800", .min = 50, .max = 800,
		.count = PROFILE_CRITICAL_POWER_W,
		.help = "Power that you can hold for about an hour." },
	{ RUNNER(time_zone), .key = "time_zone", .type = &value_zone, .fallback = "",
		.example = "Europe/Berlin", .range = "a time zone such as Europe/Berlin",
		.help = "Where your days begin and end; the machine's own zone when not given." },
	{ RUNNER(day_start_h), .key = "day_start_h", .type = &value_whole, .fallback = "0",
		.range = "a whole hour from 0 to 23", .min = 0, .max = 23,
		.help = "The hour at which a new day begins: 4 counts a run at 01:30 to the day "
			"before." },
	{ RUNNER(timing), .key = "timing", .type = &value_choice, .fallback = "now",
		.range = "now or morning", .names = timing_words, .count = CONF_TIMING_COUNT,
		.help = "now: a suggestion comes with the note about the import, when one is due "
			"in "
			"the next 48 hours.\nmorning: it comes when it is due, mostly in the "
			"morning." },
	{ RUNNER(sensitivity), .key = "sensitivity", .type = &value_choice, .fallback = "normal",
		.range = "quiet, normal or eager", .names = sensitivity_words,
		.count = CONF_SENSITIVITY_COUNT, .help = "How soon a massage is suggested." },

	{ WEBHOOK(type), .key = "type", .type = &value_choice, .fallback = "generic",
		.example = "ntfy", .shipped = true, .range = "generic or ntfy",
		.names = webhook_type_names, .count = WEBHOOK_TYPE_COUNT,
		.help = "ntfy: a topic of ntfy.sh or of a server of your own.\ngeneric: JSON as in "
			"Standard Webhooks, for anything else." },
	{ WEBHOOK(url), .key = "url", .type = &value_url, .fallback = "", .mask = conf_mask_url,
		.example = "https://ntfy.sh/<a long random name>",
		.range = "an address such as https://host/path",
		.help = "The address. Whoever knows a topic's name can read it: treat it as a "
			"password." },
	{ WEBHOOK(secret_file), .key = "secret_file", .type = &value_secret, .fallback = "",
		.mask = mask_secret_file, .example = "/etc/knead/phone.secret",
		.range = "an absolute path or the name of a systemd credential",
		.help = "generic: the file with the key that signs messages, one line "
			"\"whsec_...\"." },
	{ WEBHOOK(token_file), .key = "token_file", .type = &value_secret, .fallback = "",
		.mask = mask_secret_file, .example = "/etc/knead/phone.token",
		.range = "an absolute path or the name of a systemd credential",
		.help = "A file with one line that is sent as bearer token." },
	{ WEBHOOK(events), .key = "events", .type = &value_events, .fallback = DEFAULT_EVENTS,
		.range = "some of import.completed massage.suggested rest.first watch.stuck "
			 "strain.cleared watch.stale strain.weekly alert.test",
		.help = "What is sent there." },
	{ WEBHOOK(allow_plain_http), .key = "allow_plain_http", .type = &value_switch,
		.fallback = "no", .range = "yes or no",
		.help = "Allows http:// to other machines; anyone on the way can read and change "
			"what is sent." },

	{ FOLDER(path), .key = "path", .type = &value_folder, .fallback = "",
		.example = "/home/anna/Sync/activities",
		.range = "an absolute path such as /home/anna/Sync",
		.help = "The whole path of the folder." },

	{ SECTION_FEED, .offset = offsetof(struct conf_feed, folder), .key = "folder",
		.type = &value_folder, .fallback = "", .example = "/srv/knead-feed",
		.range = "an absolute path such as /srv/knead-feed",
		.help = "The whole path. For the system service the folder must be writable by "
			"group "
			"knead, and named\nin ReadWritePaths= (systemctl edit kneadd). Originals "
			"hold "
			"positions." },
	{ SECTION_STORE, .offset = 0, .key = "archive", .type = &value_archive, .fallback = "keep",
		.range = "keep, off, or a number of days from 1d to 3650d", .min = 1, .max = 3650,
		.help = "Originals of imported files, from which every number can be computed "
			"again:\nkeep, off, or for some days (30d)." },

	{ SECTION_WATCH, .offset = offsetof(struct conf_watch, eject), .key = "eject",
		.type = &value_choice, .fallback = "ask", .range = "ask or auto",
		.names = eject_words, .count = CONF_EJECT_COUNT,
		.help = "A watch that shows itself as a drive, once it was read: ask leaves it "
			"until \"knead eject\",\nauto unmounts it by itself." },
};
const size_t items_n = ARRAY_SIZE(items);

const struct item *item_find(enum section_id section, const char *key)
{
	for (size_t i = 0; i < items_n; i++)
		if (items[i].section == section && strcmp(items[i].key, key) == 0)
			return &items[i];
	return NULL;
}
