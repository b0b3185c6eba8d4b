/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead setup: the first ten minutes. */
#include "cli/setup_steps.h"
#include "cli/verbs.h"

#include "base/cleanup.h"
#include "cli/say.h"

#include <stdio.h>
#include <string.h>

/* --service and --keep-others-off: that, and nothing else. Returns CLI_DONE, *ret_done stays false, when none was
 * given. */
static int by_options(struct setup *setup, bool *ret_done)
{
	const char *service = cli_option(setup->context, "service");
	const char *others = cli_option(setup->context, "keep-others-off");
	if (service && strcmp(service, "system") != 0 && strcmp(service, "user") != 0)
		return cli_fail(
			CLI_USAGE, "wrong value", service, "--service takes system or user");
	if (others && strcmp(others, "on") != 0 && strcmp(others, "off") != 0)
		return cli_fail(
			CLI_USAGE, "wrong value", others, "--keep-others-off takes on or off");
	*ret_done = service || others;
	enum setup_end end = SETUP_NEXT;
	if (service)
		end = setup_switch_service(setup, strcmp(service, "system") == 0);
	if (others && end == SETUP_NEXT)
		end = setup_keep_others_off(strcmp(others, "on") == 0);
	return end == SETUP_NEXT ? CLI_DONE : CLI_STATE;
}

static int all_steps(struct setup *setup)
{
	static enum setup_end (*const steps[])(struct setup * setup) = { setup_step_service,
		setup_step_group, setup_step_runner, setup_step_phone, setup_step_test,
		setup_step_others, setup_step_watch };
	int status = CLI_DONE;
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		(void)putchar('\n');
		enum setup_end end = steps[i](setup);
		if (end == SETUP_OVER) {
			(void)puts("\nStopped here. What was done stays; knead setup goes on with "
				   "the rest.");
			return CLI_PART;
		}
		if (end == SETUP_FAILED)
			status = CLI_PART;
	}
	(void)puts("\nThat was all. From now on: knead status; if anything is odd: knead doctor.");
	return status;
}

int verb_setup(struct cli_context *context, int count, char **arguments)
{
	(void)count;
	(void)arguments;
	CLEANUP(setup_done) struct setup setup;
	bool done = false;
	setup_init(&setup, context);
	int status = by_options(&setup, &done);
	if (status != CLI_DONE || done)
		return status;
	(void)puts("Knead's first steps. Enter takes what stands in brackets; Ctrl-D stops, and\n"
		   "what was answered until then stays.");
	return all_steps(&setup);
}
