/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/context.h"

#include "base/num.h"
#include "cli/say.h"

#include <string.h>

const char *cli_option(const struct cli_context *context, const char *name)
{
	const struct cli_option *options = context->verb->options;
	for (unsigned i = 0; i < CLI_OPTIONS_MAX && options[i].name; i++)
		if (strcmp(options[i].name, name) == 0)
			return context->values[i];
	return NULL;
}

int cli_option_number(
	const struct cli_context *context, const char *name, long min, long max, long *ret)
{
	const char *text = cli_option(context, name);
	int64_t number = 0;
	if (!text)
		return 0;
	if (num_int(text, strlen(text), min, max, &number) < 0)
		return cli_fail(CLI_USAGE, "wrong value", text,
			"--%s takes a number from %ld to %ld", name, min, max);
	*ret = (long)number;
	return 0;
}
