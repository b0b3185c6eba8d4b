/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The reading of one source: its fetcher is asked and answered, and what comes goes into the job. How a watch ended, and
 * how far it is, is told on the way. */

#include "helper/fetch.h"
#include "import/job.h"
#include "kneadd/progress.h"

#include <systemd/sd-event.h>

/* How the reading of a watch ended. */
struct watch_end {
	const char *name, *path; /* of the source */
	unsigned wanted, got;    /* files that were new; of these, how many are here, */
	unsigned refused,
		later; /* can not be taken, or stay on the watch, which was busy with them */
	bool listed;   /* it got as far as knowing what is new */
	const char *
		seen; /* "", or, where no folder of its is known: what it shows instead; "nothing" */
	bool known_make; /* which is laid out like a watch of the tables all the same */
	int status; /* 0; -EMEDIUMTYPE: a volume that is no watch; a negative errno: it broke off */
	const char *why; /* "" */
};

struct intake_callbacks {
	/* The fetcher has nothing more to say, and intake_stop() is yet to come. status: 0; -EPIPE and others: it broke
	 * off, the spool cannot be written, or it could not be caged or started (HELPER_NO_SANDBOX,
	 * HELPER_NOT_STARTED). */
	void (*on_over)(int status, void *userdata);
	/* As struct runner_callbacks has them, with its userdata. */
	const char *(*on_watch_end)(const struct watch_end *end, void *userdata);
	void (*on_status)(const char *status, void *userdata);
	void *userdata, *told_userdata; /* of the first; of the other two */
};

struct intake {
	sd_event *event; /* borrowed, as the next two */
	const char *state_dir;
	struct import_job *job;
	const struct waiting *source; /* that is read, or was read last; borrowed while it is */
	struct intake_callbacks callbacks;
	struct progress progress;
	struct fetch *fetch; /* owned; NULL: none is under way */
	sd_event_source *io;
};

/* Nothing is under way. */
void intake_init(struct intake *intake, sd_event *event, struct store *store,
	struct clock_source *clock, const struct intake_callbacks *callbacks);
void intake_done(struct intake *intake);

/* Begins with a source; of some there is nothing to be fetched, and nothing is under way then.
 * Returns 0; a negative errno. */
int intake_start(struct intake *intake, const struct waiting *source, struct import_job *job);

/* Lets go of the fetcher, whatever it is at. */
void intake_stop(struct intake *intake);

/* A fetcher that broke off is not tried again: if it read a watch, that has ended. */
void intake_give_up(struct intake *intake, int error);

/* Whether an error of the fetcher's is one of the spool, which says nothing of the source. */
bool intake_is_of_spool(int error);
