/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The verbs and the options that all of them take, as tables. */

#include "cli/context.h"

#include <stddef.h>

extern const struct verb cli_verbs[];
extern const size_t cli_verbs_n;

/* What getopt_long() gives back; numbers from 1000 on leave room for the options of a verb. */
enum cli_common_option {
	CLI_OPTION_STATE = 1000,
	CLI_OPTION_CONFIG,
	CLI_OPTION_NOW,
	CLI_OPTION_JSON,
	CLI_OPTION_HELP,
	CLI_OPTION_VERSION,
};
#define CLI_COMMON_COUNT 6u

struct cli_common {
	struct cli_option option;
	enum cli_common_option number;
};

extern const struct cli_common cli_common[CLI_COMMON_COUNT];
