/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/options.h"

#include "base/cleanup.h"

const struct kneadd_option kneadd_options[] = {
	{ "state", "DIR", "where the store is", KNEADD_OPTION_STATE },
	{ "config", "FILE", "the settings to use", KNEADD_OPTION_CONFIG },
	{ "debug", NULL, "log each step", KNEADD_OPTION_DEBUG },
	{ "look-at", "URL", "try whether a receiver is there and trusted; nothing is sent",
		KNEADD_OPTION_LOOK },
	{ "help", NULL, "show this", KNEADD_OPTION_HELP },
	{ "version", NULL, "show the version", KNEADD_OPTION_VERSION },
#ifdef KNEAD_TEST_CLOCK
	{ "test-clock", "FILE", "one RFC 3339 line is what time it is", KNEADD_OPTION_CLOCK },
	{ "crash-points", NULL, "the instants at which KNEAD_CRASH_AT can kill it",
		KNEADD_OPTION_POINTS },
#endif
};
const size_t kneadd_options_n = ARRAY_SIZE(kneadd_options);

void kneadd_options_print(FILE *to)
{
	(void)fputs("usage: kneadd [OPTION...]\n\n"
		    "Reads running watches, works out what the runs cost, and suggests a massage.\n"
		    "Settings: kneadd.conf(5). What it does: knead status.\n\noptions:\n",
		to);
	for (size_t i = 0; i < kneadd_options_n; i++) {
		const struct kneadd_option *option = &kneadd_options[i];
		char left[40];
		(void)snprintf(left, sizeof left, "--%s%s%s", option->name,
			option->value ? " " : "", option->value ? option->value : "");
		(void)fprintf(to, "  %-18s %s\n", left, option->help);
	}
}
