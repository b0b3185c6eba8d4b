/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kneadd-fetch: takes files from one folder or one watch into the spool, on behalf of the daemon, which must
 * never wait for a slow disk or a watch. Descriptor 3 is the channel. It only reads the source.
 *
 *   kneadd-fetch [--volume] SOURCE-NAME FOLDER STATE-DIRECTORY
 *   kneadd-fetch --device NODE [--interface N] [--reset] SOURCE-NAME STATE-DIRECTORY
 *   kneadd-fetch --device NODE [--interface N] --list
 *   kneadd-fetch --place FOLDER STATE-DIRECTORY          the other way: helpers/fetch_place.h */
#include "helpers/fetch_folder.h"
#include "helpers/fetch_place.h"
#include "helpers/fetch_watch.h"
#include "helpers/no_leak_check.h"

#include "base/cleanup.h"
#include "base/num.h"
#include "util/process.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#define CHANNEL_FD 3

static int usage(void)
{
	(void)fputs("usage: kneadd-fetch [--volume] SOURCE-NAME FOLDER STATE-DIRECTORY\n"
		    "       kneadd-fetch --device NODE [--interface N] [--reset] SOURCE-NAME "
		    "STATE-DIRECTORY\n"
		    "       kneadd-fetch --device NODE [--interface N] --list\n"
		    "       kneadd-fetch --place FOLDER STATE-DIRECTORY\n",
		stderr);
	return 2;
}

/* Returns false on wrong usage. */
static bool parse_options(
	int argc, char **argv, struct fetch_watch *watch, bool *ret_volume, bool *ret_place)
{
	static const struct option options[] = { { "device", required_argument, NULL, 'd' },
		{ "interface", required_argument, NULL, 'i' }, { "list", no_argument, NULL, 'l' },
		{ "place", no_argument, NULL, 'p' }, { "reset", no_argument, NULL, 'r' },
		{ "volume", no_argument, NULL, 'v' }, { NULL, 0, NULL, 0 } };
	int64_t number = -1;
	for (int c; (c = getopt_long(argc, argv, "+", options, NULL)) != -1;) {
		if (c == 'd')
			watch->usb.node = optarg;
		else if (c == 'i' && num_int(optarg, strlen(optarg), -1, 255, &number) == 0)
			watch->usb.interface = (int)number;
		else if (c == 'l')
			watch->list = true;
		else if (c == 'r')
			watch->usb.reset = true;
		else if (c == 'p')
			*ret_place = true;
		else if (c == 'v')
			*ret_volume = true;
		else
			return false;
	}
	int left = argc - optind;
	if (*ret_place)
		return left == 2 && !watch->usb.node && !*ret_volume;
	if (!watch->usb.node)
		return left == 3 && number < 0 && !watch->list && !watch->usb.reset;
	return !*ret_volume && left == (watch->list ? 0 : 2);
}

int main(int argc, char **argv)
{
	struct fetch_watch watch = { .usb.interface = -1 };
	struct fetch_channel channel = { .fd = CHANNEL_FD };
	bool volume = false, place = false;
	if (!parse_options(argc, argv, &watch, &volume, &place))
		return usage();
	/* never outlives the daemon; no core with a runner's files in it */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_DUMPABLE, 0);
	process_outlive_limits();
	(void)signal(SIGIO, SIG_IGN); /* of a lease, see fetch_settled.c */
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (watch.list)
		return fetch_watch_list(&watch);
	channel.source = argv[optind];
	channel.state_dir = argv[argc - 1];
	if (place)
		return fetch_place(&channel, argv[optind]) == 0 ? 0 : 1;
	const char *folder = argv[optind + 1];
	int r = watch.usb.node ? fetch_watch_read(&watch, &channel)
		: volume       ? fetch_volume(&channel, folder)
			       : fetch_folder(&channel, folder);
	return r == 0 ? 0 : 1;
}
