/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kneadd: the daemon. */
#include "kneadd/manager.h"

#include "base/cleanup.h"
#include "kneadd/options.h"
#include "outbox/look.h"
#include "util/crash.h"
#include "util/log.h"
#include "util/process.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define EXIT_USAGE 2
#define EXIT_UNUSABLE 3
#define EXIT_NOT_TRUSTED 4 /* of --look-at */

#define OPTIONS_MAX 12u

static void fill_options(struct option ret[OPTIONS_MAX])
{
	size_t n = 0;
	for (; n < kneadd_options_n && n + 1 < OPTIONS_MAX; n++)
		ret[n] = (struct option) { .name = kneadd_options[n].name,
			.has_arg = kneadd_options[n].value ? required_argument : no_argument,
			.val = (int)kneadd_options[n].number };
	ret[n] = (struct option) { 0 };
}

static int print_points(void)
{
	for (size_t i = 0; i < CRASH_POINT_COUNT; i++)
		(void)puts(crash_point_names[i]);
	return 0;
}

/* For `knead doctor`, which has no way to the network of its own. */
static int look_at(const char *url)
{
	char why[LOOK_WHY_BYTES];
	int r = outbox_look(url, why);
	if (r < 0)
		(void)puts(*why ? why : "that is no address");
	return r == 0 ? 0 : r == -EACCES ? EXIT_NOT_TRUSTED : EXIT_FAILURE;
}

/* Returns -1 to go on, else an exit status. */
static int read_options(int argc, char **argv, struct manager_options *ret)
{
	struct option longs[OPTIONS_MAX];
	fill_options(longs);
	for (int c; (c = getopt_long(argc, argv, "", longs, NULL)) != -1;) {
		switch (c) {
		case KNEADD_OPTION_STATE:
			ret->state = optarg;
			break;
		case KNEADD_OPTION_CONFIG:
			ret->config = optarg;
			break;
		case KNEADD_OPTION_DEBUG:
			log_set_level(LOG_LEVEL_DEBUG);
			break;
		case KNEADD_OPTION_CLOCK:
			ret->test_clock = optarg;
			break;
		case KNEADD_OPTION_POINTS:
			return print_points();
		case KNEADD_OPTION_LOOK:
			return look_at(optarg);
		case KNEADD_OPTION_VERSION:
			(void)puts("kneadd " KNEAD_VERSION);
			return 0;
		case KNEADD_OPTION_HELP:
			kneadd_options_print(stdout);
			return 0;
		default:
			kneadd_options_print(stderr);
			return EXIT_USAGE;
		}
	}
	if (optind == argc)
		return -1;
	kneadd_options_print(stderr);
	return EXIT_USAGE;
}

static void manager_freep(struct manager **manager)
{
	(void)manager_free(*manager);
}

/* Whoever writes settings asks for a reload as soon as the lock of the store says that we run: before the loop
 * is there to take the signal, it has to wait. */
static void hold_hangups(void)
{
	sigset_t set;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
}

int main(int argc, char **argv)
{
	process_fill_standard(O_RDWR);
	process_outlive_limits();
	(void)signal(SIGPIPE, SIG_IGN); /* of a log that nobody reads, too */
	hold_hangups();
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
