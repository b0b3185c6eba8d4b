/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The options of kneadd, as a table: for getopt_long(), --help and the manual page. */

#include <stddef.h>
#include <stdio.h>

enum kneadd_option_number {
	KNEADD_OPTION_STATE = 256,
	KNEADD_OPTION_CONFIG,
	KNEADD_OPTION_DEBUG,
	KNEADD_OPTION_LOOK,
	KNEADD_OPTION_VERSION,
	KNEADD_OPTION_HELP,
	KNEADD_OPTION_CLOCK,
	KNEADD_OPTION_POINTS,
};

struct kneadd_option {
	const char *name;
	const char *value; /* as help shows it; NULL: takes none */
	const char *help;
	enum kneadd_option_number number;
};

extern const struct kneadd_option kneadd_options[];
extern const size_t kneadd_options_n;

/* What --help prints. */
void kneadd_options_print(FILE *to);
