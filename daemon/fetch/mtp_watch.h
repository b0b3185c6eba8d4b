/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A watch over MTP as a source of files: opens one session, finds the activity folders by the device
 * tables, shows every file in them, fetches the wanted ones, closes the session. */

#include "conf/devices.h"
#include "fetch/mtp_session.h"
#include "fetch/source.h"

struct mtp_watch_options {
	const struct devices *devices;
	const char *state_dir; /* for what is remembered of the watch; NULL: nothing is */
	const char *source;    /* the name under which it is known: "watch:0000cb123456" */
	uint32_t random;       /* seed: which remembered object is asked for again */
};

/* Every so many plug-ins nothing that is remembered is believed. */
#define MTP_WATCH_FULL_EVERY 10u

/* Returns 0 when everything was shown and fetched or refused; -ENODEV when it was unplugged on the way;
 * -ETIMEDOUT, -EIO or -EPROTO when it fell silent; -ENOMEDIUM or -EACCES when it shows no storage; -EBUSY when it was
 * too busy to list a folder, and then the others were read; how a watch that lists nothing at all refused; a
 * callback's negative answer; -ENOMEM. */
int mtp_watch_read(struct mtp_session *session, const struct mtp_watch_options *options,
	const struct source_callbacks *callbacks);
