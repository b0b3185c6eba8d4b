/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kneadd: the daemon. */
#include "kneadd/manager.h"

#include "base/cleanup.h"
#include "util/crash.h"
#include "util/log.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#define EXIT_USAGE 2
#define EXIT_UNUSABLE 3

static const char usage_text[] =
	"kneadd [--state DIR] [--config FILE] [--debug]\n"
	"  Reads running watches, works out what the runs cost, and suggests a massage.\n"
	"  Settings: kneadd.conf(5), `knead config show`. What it does: `knead status`.\n"
#ifdef KNEAD_TEST_CLOCK
	"  --test-clock FILE  one RFC 3339 line is what time it is\n"
	"  --crash-points     names of the instants at which KNEAD_CRASH_AT can kill it\n"
#endif
	;

enum {
	OPTION_STATE = 256,
	OPTION_CONFIG,
	OPTION_DEBUG,
	OPTION_VERSION,
	OPTION_HELP,
	OPTION_CLOCK,
	OPTION_POINTS
};

static const struct option longs[] = {
	{ "state", required_argument, NULL, OPTION_STATE },
	{ "config", required_argument, NULL, OPTION_CONFIG },
	{ "debug", no_argument, NULL, OPTION_DEBUG },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ "help", no_argument, NULL, OPTION_HELP },
#ifdef KNEAD_TEST_CLOCK
	{ "test-clock", required_argument, NULL, OPTION_CLOCK },
	{ "crash-points", no_argument, NULL, OPTION_POINTS },
#endif
	{ NULL, 0, NULL, 0 },
};

static int print_points(void)
{
	for (size_t i = 0; i < CRASH_POINT_COUNT; i++)
		(void)puts(crash_point_names[i]);
	return 0;
}

/* Returns -1 to go on, else an exit status. */
static int read_options(int argc, char **argv, struct manager_options *ret)
{
	for (int c; (c = getopt_long(argc, argv, "", longs, NULL)) != -1;) {
		switch (c) {
		case OPTION_STATE:
			ret->state = optarg;
			break;
		case OPTION_CONFIG:
			ret->config = optarg;
			break;
		case OPTION_DEBUG:
			log_set_level(LOG_LEVEL_DEBUG);
			break;
		case OPTION_CLOCK:
			ret->test_clock = optarg;
			break;
		case OPTION_POINTS:
			return print_points();
		case OPTION_VERSION:
			(void)puts("kneadd " KNEAD_VERSION);
			return 0;
		case OPTION_HELP:
			(void)fputs(usage_text, stdout);
			return 0;
		default:
			(void)fputs(usage_text, stderr);
			return EXIT_USAGE;
		}
	}
	if (optind == argc)
		return -1;
	(void)fputs(usage_text, stderr);
	return EXIT_USAGE;
}

static void manager_freep(struct manager **manager)
{
	(void)manager_free(*manager);
}

int main(int argc, char **argv)
{
	log_open("kneadd");
	struct manager_options options = { 0 };
	int status = read_options(argc, argv, &options);
	if (status >= 0)
		return status;
	CLEANUP(manager_freep) struct manager *manager = NULL;
	char why[MANAGER_WHY_BYTES];
	if (manager_new(&options, &manager, why) < 0) {
		log_line(LOG_LEVEL_ERROR, "%s", why);
		return EXIT_UNUSABLE;
	}
	return manager_run(manager) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
