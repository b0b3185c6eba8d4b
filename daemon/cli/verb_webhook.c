/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead webhook: a new one, and whether it works. */
#include "cli/verbs.h"

#include "cli/say.h"
#include "cli/webhook_add.h"
#include "cli/webhook_test.h"

#include <string.h>

int verb_webhook(struct cli_context *context, int count, char **arguments)
{
	const char *what = arguments[0], *name = count > 1 ? arguments[1] : NULL;
	if (strcmp(what, "add") == 0)
		return webhook_add(context, name);
	if (strcmp(what, "test") != 0)
		return cli_fail(CLI_USAGE, "wrong usage", what, "knead webhook add|test [NAME]");
	for (unsigned i = 0; i < CLI_OPTIONS_MAX && context->verb->options[i].name; i++)
		if (context->values[i])
			return cli_fail(CLI_USAGE, "wrong usage", context->verb->options[i].name,
				"that is for knead webhook add");
	return webhook_test(context, name);
}
