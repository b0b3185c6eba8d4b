/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Secrets are read when they are needed and wiped after use; no setting holds one. */

#include "conf/conf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECRET_FILE_BYTES 4096u /* of a secret_file or token_file */
#define SECRET_WHY_BYTES 320u

struct secret {
	char text[SECRET_FILE_BYTES + 1]; /* one line, without its end */
	size_t size;
	bool world_readable; /* any user of this machine can read the file: worth a warning */
};

/* Wipes it. */
void secret_wipe(struct secret *secret);

#define AUTO_SECRET CLEANUP(secret_wipe)

/* Reads the value of secret_file or token_file: an absolute path as it is, a plain name below
 * $CREDENTIALS_DIRECTORY (where systemd puts LoadCredential=).
 *
 * ret_why  SECRET_WHY_BYTES; on failure a sentence that says what is wrong and what would be right;
 *          NULL when not wanted
 * Returns 0; -ENOENT; -EACCES; -EINVAL not a regular file, a bad name, empty, more than one line or with control
 * characters; -EFBIG. */
int conf_read_secret(const char *file, struct secret *ret, char *ret_why);

/* Reads the secrets of all webhooks as far as this process may, and warns of what would keep a message
 * from being sent: a missing file, a wrong key, a file that everybody can read. Credentials are looked at
 * only where $CREDENTIALS_DIRECTORY is set. */
void conf_check_secrets(const struct conf *conf, struct problems *problems);

#define WEBHOOK_KEY_MIN_BYTES 24u
#define WEBHOOK_KEY_MAX_BYTES 64u

struct webhook_key {
	uint8_t bytes[WEBHOOK_KEY_MAX_BYTES];
	size_t size;
};

void webhook_key_wipe(struct webhook_key *key);

#define AUTO_WEBHOOK_KEY CLEANUP(webhook_key_wipe)

/* Decodes "whsec_" and the base64 of 24 to 64 bytes, padding optional (Standard Webhooks, "Signature
 * scheme"). Returns 0; -EINVAL. */
int webhook_key_decode(const char *text, size_t size, struct webhook_key *ret);
