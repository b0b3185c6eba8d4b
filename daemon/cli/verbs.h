/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The verbs, one file each. */

#include "cli/context.h"

int verb_backup(struct cli_context *context, int count, char **arguments);
int verb_config(struct cli_context *context, int count, char **arguments);
int verb_alerts(struct cli_context *context, int count, char **arguments);
int verb_doctor(struct cli_context *context, int count, char **arguments);
int verb_eject(struct cli_context *context, int count, char **arguments);
int verb_feel(struct cli_context *context, int count, char **arguments);
int verb_flag(struct cli_context *context, int count, char **arguments);
int verb_export(struct cli_context *context, int count, char **arguments);
int verb_forget(struct cli_context *context, int count, char **arguments);
int verb_import(struct cli_context *context, int count, char **arguments);
int verb_log(struct cli_context *context, int count, char **arguments);
int verb_massage(struct cli_context *context, int count, char **arguments);
int verb_setup(struct cli_context *context, int count, char **arguments);
int verb_show(struct cli_context *context, int count, char **arguments);
int verb_recompute(struct cli_context *context, int count, char **arguments);
int verb_replay(struct cli_context *context, int count, char **arguments);
int verb_snooze(struct cli_context *context, int count, char **arguments);
int verb_split(struct cli_context *context, int count, char **arguments);
int verb_status(struct cli_context *context, int count, char **arguments);
int verb_watches(struct cli_context *context, int count, char **arguments);
int verb_webhook(struct cli_context *context, int count, char **arguments);
int verb_why(struct cli_context *context, int count, char **arguments);
int verb_parse(struct cli_context *context, int count, char **arguments);
