/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What the first steps have in common: who and where it is about, and how a step shows something and ends. */

#include "cli/ask.h"
#include "cli/context.h"
#include "conf/conf.h"
#include "conf/paths.h"
#include "util/machine.h"

struct setup {
	struct cli_context *context;
	struct conf_paths paths; /* of the service that is meant */
	struct conf *conf;       /* as it stands; setup_reread() */
	struct machine_service service;
	bool root;
	const char *person; /* who it is for: with sudo, whoever called it; never NULL */
};

enum setup_end {
	SETUP_NEXT,   /* done, or left for later */
	SETUP_FAILED, /* said why; the other steps may do */
	SETUP_OVER,   /* the answers ended, or nothing more can be done here */
};

/* Without any places or settings yet. */
void setup_init(struct setup *setup, struct cli_context *context);
void setup_done(struct setup *setup);

/* "Service      running as system service" */
void setup_show(const char *what, const char *value);

/* Finds places and settings anew, after something was changed. Returns whether they can be used. */
bool setup_reread(struct setup *setup);

/* What ask_line() and its kin returned, as the end of a step. */
enum setup_end setup_end_of(int asked);
