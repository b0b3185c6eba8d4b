/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Has volumes unmounted in the background: the loop waits for nobody. */

#include "device/volumes.h"
#include "util/clock.h"

#include <systemd/sd-event.h>

struct ejector;

/* A volume of the source that is still mounted; NULL: none any more. */
typedef const struct volume *(*ejector_find_fn)(const char *source, void *userdata);

/* All borrowed. */
int ejector_new(sd_event *event, struct clock_source *clock, ejector_find_fn find, void *userdata,
	struct ejector **ret);
struct ejector *ejector_free(struct ejector *ejector);

/* A moment later, when the program that read it is gone; again a few times while somebody uses it. */
void ejector_eject(struct ejector *ejector, const char *source);

/* Whenever the clock of a test moved. */
void ejector_check(struct ejector *ejector);
