/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The first steps, one after the other. Each looks first at what is there: what is set up is shown and not asked
 * again. Each ends by itself, so that whatever was answered stays when the rest is done another day. */

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

/* "Service      running as system service" */
void setup_show(const char *what, const char *value);

/* Finds places and settings again, after something was changed. Returns whether they can be used. */
bool setup_reread(struct setup *setup);

/* What ask_line() and its kin returned, as the end of a step. */
enum setup_end setup_end_of(int asked);

enum setup_end setup_step_service(struct setup *setup);
enum setup_end setup_step_group(struct setup *setup);
enum setup_end setup_step_runner(struct setup *setup);
enum setup_end setup_step_phone(struct setup *setup);
enum setup_end setup_step_test(struct setup *setup);
enum setup_end setup_step_others(struct setup *setup);
enum setup_end setup_step_watch(struct setup *setup);

/* Without questions. system: else as user service. */
enum setup_end setup_switch_service(struct setup *setup, bool system);
enum setup_end setup_keep_others_off(bool on);
