/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The kinds of values that settings can have: how each is read and where it goes. */

#include "conf/items.h"

extern const struct value_type value_whole;   /* int32_t */
extern const struct value_type value_choice;  /* enum (int) */
extern const struct value_type value_switch;  /* bool */
extern const struct value_type value_events;  /* uint32_t bits */
extern const struct value_type value_zone;    /* char[CONF_ZONE_MAX + 1] */
extern const struct value_type value_folder;  /* char *, an absolute path */
extern const struct value_type value_secret;  /* char *, a file */
extern const struct value_type value_url;     /* char * */
extern const struct value_type value_archive; /* struct conf_store */
extern const struct value_type value_dated;   /* struct runner_profile */

/* For secret_file and token_file: what is no file name may be the secret itself. */
char *mask_secret_file(const char *text, char ret[CONF_MASKED_BYTES]);
