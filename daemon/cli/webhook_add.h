/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A new webhook: asked for or given by options, checked as the daemon reads it, written as a drop-in. */

#include "cli/context.h"

/* The options of `knead webhook`. */
#define WEBHOOK_OPTIONS                                                                          \
	{ "type", "ntfy|generic", "add without questions: what kind of receiver" },              \
		{ "url", "URL", "its address; ntfy: a server alone gets a random topic" },       \
		{ "secret-file", "FILE", "generic: the key to sign with; made when not given" }, \
		{ "token-file", "FILE", "a file with a bearer token" },                          \
		{ "events", "LIST", "what is sent there, parted by blanks" },                    \
	{                                                                                        \
		"plain-http", NULL, "allow http:// to another machine"                           \
	}

/* name  NULL: "phone", or the first free of phone2, phone3, ...
 * Returns CLI_DONE; CLI_USAGE for what cannot be, and when the input ends (nothing is written then);
 * CLI_STATE when the settings cannot be read or written. */
int webhook_add(struct cli_context *context, const char *name);
