/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Fetchers that nobody waits for. */

#include "helper/fetch.h"

#include <systemd/sd-event.h>

/* Ends a fetcher, unless it is NULL, and frees it. The loop does not wait for one that a dying disk holds; it reaps it
 * when it ends at last. */
void reaper_take(sd_event *event, struct fetch *fetch);
