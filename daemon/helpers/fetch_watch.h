/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* kneadd-fetch with a watch on USB: opens it, closes itself in, reads. */

#include "fetch/usb_transport.h"
#include "helpers/fetch_channel.h"

struct fetch_watch {
	struct usb_options usb;
	bool list;
};

/* On behalf of the daemon. Returns 0 when END was said, whatever it said; -EPIPE. */
int fetch_watch_read(const struct fetch_watch *watch, const struct fetch_channel *channel);

/* By hand: prints what it would fetch, and keeps nothing. Returns the exit status. */
int fetch_watch_list(const struct fetch_watch *watch);
