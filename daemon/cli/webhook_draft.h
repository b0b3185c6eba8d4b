/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A webhook that is not written yet. */

#include "cli/ask.h"
#include "cli/context.h"
#include "conf/conf.h"
#include "conf/paths.h"

#include <limits.h>

#define WEBHOOK_SERVER "https://ntfy.sh"
#define WEBHOOK_SECRET_BYTES 64u /* "whsec_" and base64 of 32 bytes */

struct webhook_draft {
	char name[CONF_NAME_MAX + 1];
	enum webhook_type type;
	char url[ASK_BYTES];
	char events[ASK_BYTES]; /* "": the usual ones */
	bool plain_http;
	/* the files it names; "": none */
	char secret_file[PATH_MAX], token_file[PATH_MAX];
	/* what is to be written into them; "": they are there already */
	char secret[WEBHOOK_SECRET_BYTES], token[ASK_BYTES];
};

/* Wipes it: it holds secrets. */
void webhook_draft_done(struct webhook_draft *draft);

/* A topic of ntfy on that server that nobody guesses: 130 random bits. */
void webhook_draft_topic(struct webhook_draft *draft, const char *server);

/* A key to sign with, of 256 random bits, for a new file beside the settings. Where such a file is there and
 * holds a key, it is used. Returns 0; -EEXIST when it holds something else; -ENAMETOOLONG. */
int webhook_draft_secret(struct webhook_draft *draft, const struct conf_paths *paths);

/* The same for a token that was typed. */
int webhook_draft_token(
	struct webhook_draft *draft, const struct conf_paths *paths, const char *token);

/* Takes the options of the verb, or asks. name: NULL to choose one.
 * Returns CLI_DONE or another exit status, after it said why. */
int webhook_draft_fill(const struct cli_context *context, const struct conf_paths *paths,
	const struct conf *conf, const char *name, struct webhook_draft *ret);

/* As it will stand in the drop-in. Returns 0; -ENOMEM; ret is the caller's. */
int webhook_draft_text(const struct webhook_draft *draft, char **ret);
