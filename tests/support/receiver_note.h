/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A received notification: is its signature right, what does a phone show, what goes into the log.
 * Shares no code with the sender: it must not agree with the daemon's mistakes. */

#include "support/receiver_request.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

enum note_signature { SIGNATURE_NONE, SIGNATURE_UNCHECKED, SIGNATURE_OK, SIGNATURE_BAD };

struct note {
	bool is_ntfy;
	const char *id; /* inside the request; "" when it has none */
	const char *type, *title, *text,
		*timestamp; /* inside body or the request; "" when missing */
	char webhook[65];   /* the last part of the path, or the topic */
	json_t *body;       /* owned; NULL when it is not JSON */
	enum note_signature signature;
};

struct note_key {
	uint8_t bytes[128];
	size_t size; /* 0: signatures are not checked */
};

/* Reads a line "whsec_BASE64". Returns 0; negative errno. */
int note_key_read(const char *path, struct note_key *ret);

/* Understands Standard Webhooks and both ways of publishing to ntfy. now_s: for the age of the
 * signature, which may differ by five minutes. The note points into request. */
void note_read(
	const struct request *request, const struct note_key *key, int64_t now_s, struct note *ret);
void note_done(struct note *note);

/* Draws it as a phone would show it. */
void note_show(const struct note *note, int64_t now_s, FILE *out);

/* One JSON object; answer and duplicate as given. The text is owned by the caller; NULL: no memory. */
char *note_log_line(const struct note *note, const struct request *request, const char *answer,
	bool duplicate, uint64_t number);
