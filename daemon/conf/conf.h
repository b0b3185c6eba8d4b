/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The settings: kneadd.conf and its drop-ins, read into one structure.
 *
 * Without any file everything has a default and the settings are usable. Which keys exist, what they
 * accept and what they mean stands in one table (items.h), which also makes the shipped kneadd.conf. */

#include "conf/events.h"
#include "conf/problems.h"
#include "metrics/profile.h"
#include "util/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONF_NAME_MAX 32u   /* letters of the NAME of a webhook or a folder */
#define CONF_RUNNER_MAX 64u /* bytes of the runner's name */
#define CONF_ZONE_MAX 64u
#define CONF_SECTIONS_MAX 32u /* webhooks; folders */

/* In the order of enum sensitivity and enum timing of strain/policy.h, so that a value can be cast. */
enum conf_sensitivity {
	CONF_SENSITIVITY_QUIET,
	CONF_SENSITIVITY_NORMAL,
	CONF_SENSITIVITY_EAGER,
	CONF_SENSITIVITY_COUNT,
};
enum conf_timing { CONF_TIMING_NOW, CONF_TIMING_MORNING, CONF_TIMING_COUNT };

enum webhook_type { WEBHOOK_TYPE_GENERIC, WEBHOOK_TYPE_NTFY, WEBHOOK_TYPE_COUNT };
extern const char *const webhook_type_names[WEBHOOK_TYPE_COUNT]; /* "generic", "ntfy" */

/* `[webhook NAME]`. Strings are owned by the settings. */
struct conf_webhook {
	char name[CONF_NAME_MAX + 1];
	enum webhook_type type;
	char *url;         /* checked: https, or http where that is allowed; never NULL */
	char *secret_file; /* NULL: none, messages are not signed (read it with conf_read_secret) */
	char *token_file;  /* NULL: no bearer token */
	uint32_t events;   /* event_bit()s */
	bool allow_plain_http;
};

/* `[folder NAME]` */
struct conf_folder {
	char name[CONF_NAME_MAX + 1];
	char *path; /* absolute; never NULL */
};

/* `[runner NAME]`; there is always exactly one. */
struct conf_runner {
	char name[CONF_RUNNER_MAX + 1]; /* "runner" when none is given */
	struct runner_profile profile;
	char time_zone[CONF_ZONE_MAX + 1]; /* "" is the machine's own: what zone_set() takes */
	int32_t day_start_h;
	enum conf_timing timing;
	enum conf_sensitivity sensitivity;
};

enum archive_mode { ARCHIVE_KEEP, ARCHIVE_DAYS, ARCHIVE_OFF };

/* `[store]` */
struct conf_store {
	enum archive_mode archive;
	int32_t archive_days; /* with ARCHIVE_DAYS: originals older than this may go */
};

enum conf_eject { CONF_EJECT_ASK, CONF_EJECT_AUTO, CONF_EJECT_COUNT };

/* `[watch]` */
struct conf_watch {
	enum conf_eject eject;
};

/* `[feed]` */
struct conf_feed {
	char *folder; /* absolute; NULL: none */
};

struct conf_origins; /* which value came from which line */

struct conf {
	struct conf_runner runner;
	struct conf_store store;
	struct conf_watch watch;
	struct conf_feed feed;
	struct conf_webhook *webhooks; /* in the order of their first appearance */
	size_t webhooks_n;
	struct conf_folder *folders;
	size_t folders_n;
	struct conf_origins *origins;
};

/* Reads `file` and then `file`.d/ *.conf in the order of their names; a later value replaces an earlier
 * one, and sections of one name are one section.
 *
 * file        NULL: nothing is read, the defaults
 * must_exist  whether a missing `file` is an error (it was named by the user) or means the defaults
 * problems    gets every finding of all files, warnings too; initialised by the caller, also on failure
 * Returns 0 when the settings are usable; -EBADMSG when problems->errors > 0; -ENOMEM. */
int conf_load(const char *file, bool must_exist, struct conf **ret, struct problems *problems);

/* Whether a file of that name in FILE.d is read. */
bool conf_is_drop_in(const char *name);

/* A drop-in that is not there yet: what the settings would be with it. */
struct conf_draft {
	const char *name; /* "phone.conf"; one of that name is not read */
	const char *text;
	size_t size;
};

/* The same with a draft in its place among the drop-ins. */
int conf_load_with(const char *file, bool must_exist, const struct conf_draft *draft,
	struct conf **ret, struct problems *problems);

/* The same for the text of one file, which problems call `name`. */
int conf_load_text(const char *name, const char *text, size_t size, struct conf **ret,
	struct problems *problems);

struct conf *conf_free(struct conf *conf);

/* Nobody is told: for what only tries something. */
void conf_drop_webhooks(struct conf *conf);

static inline void conf_freep(struct conf **conf)
{
	conf_free(*conf);
}

/* Hash of everything the section says: a webhook that failed for good is tried again when it changes. */
int conf_hash(const struct conf_webhook *webhook, char ret[HASH_HEX_BYTES]);

/* A short digest of everything that the files say, too short to tell what: two processes see whether they read
 * the same. Returns 0; -ENOMEM; -EIO. */
#define CONF_DIGEST_BYTES 17u
int conf_digest(const struct conf *conf, char ret[CONF_DIGEST_BYTES]);
#define CONF_DIGEST_FACT "settings" /* of the store: what the daemon reads last */

/* The webhook or folder of a name; NULL when there is none. */
const struct conf_webhook *conf_find_webhook(const struct conf *conf, const char *name);

/* A URL with what may be secret in it left out: "https://host/…". Returns ret. */
#define CONF_MASKED_BYTES 320u
char *conf_mask_url(const char *url, char ret[CONF_MASKED_BYTES]);

/* One effective value, for people. */
struct conf_value {
	const char *section; /* "webhook" */
	const char *name;    /* "phone"; NULL for a section without a name */
	const char *key;
	const char *text; /* as it would stand in the file, secrets masked; "" for none */
	const char *file; /* NULL: the default */
	uint32_t line;
};

/* Calls back for every value in the order of the table. A negative answer ends the walk and is
 * returned. Returns 0; -ENOMEM. */
int conf_each(const struct conf *conf,
	int (*on_value)(const struct conf_value *value, void *userdata), void *userdata);
