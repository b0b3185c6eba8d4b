/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Files whose change the daemon must hear of: the store's `nudge` (a command wrote something) and the
 * test clock. */

#include <systemd/sd-event.h>

struct notices;

typedef void (*notice_fn)(void *userdata);

/* Watches the folder of each file, so that a file that is replaced is still followed. test_clock may be
 * NULL. on_notice is called once for any number of changes that came together. */
int notices_new(sd_event *event, const char *state_dir, const char *test_clock, notice_fn on_notice,
	void *userdata, struct notices **ret);
struct notices *notices_free(struct notices *notices);
