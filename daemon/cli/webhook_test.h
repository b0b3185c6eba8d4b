/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A test message, and what became of it. */

#include "cli/session.h"

/* Queues an alert.test for one webhook, or for all of the settings (name NULL), waits for what the daemon
 * makes of it, and explains that. A webhook that was disabled or at fault is tried all the same.
 *
 * Returns CLI_DONE; CLI_PART when one was not delivered; CLI_NOTHING when there is no such webhook;
 * CLI_STATE when no daemon runs, or the store cannot be used. */
int webhook_test(struct cli_context *context, const char *name);
