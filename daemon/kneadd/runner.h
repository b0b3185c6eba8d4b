/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Imports, one after the other: a source is asked by kneadd-fetch, its files are parsed by kneadd-parse,
 * and the job is stored. Sources that become ready meanwhile wait in line. */

#include "conf/conf.h"
#include "import/job.h"
#include "kneadd/intake.h"
#include "store/store.h"
#include "util/clock.h"

#include <systemd/sd-event.h>

struct runner;

struct runner_callbacks {
	void (*on_stored)(const struct import_result *result, void *userdata);
	/* in place of on_stored() for SOURCE_ARCHIVE */
	void (*on_put_back)(const struct import_result *result, void *userdata);
	void (*on_damaged)(void *userdata); /* the store turned out to be damaged */
	/* Returns what is in the way, in a sentence; "" */
	const char *(*on_watch_end)(const struct watch_end *end, void *userdata);
	void (*on_status)(const char *status, void *userdata); /* in words */
	void *userdata;
};

/* All borrowed; the settings are asked for at the start of each import. */
int runner_new(sd_event *event, struct store *store, struct clock_source *clock,
	const struct runner_callbacks *callbacks, struct runner **ret);
struct runner *runner_free(struct runner *runner);

/* The settings from now on. Ends an import under way (nothing of it is lost: it starts again). */
void runner_reload(struct runner *runner, const struct conf *conf);

/* An import is under way. */
bool runner_is_busy(const struct runner *runner);

/* Asks for an import; a source that stands in line already is not added. */
void runner_request(struct runner *runner, const struct runner_source *source);

/* Something of that source stands in line, besides what is under way. */
bool runner_has(const struct runner *runner, const char *name);

/* A watch left: it is not asked for again; what came in from it is stored. */
void runner_forget(struct runner *runner, const char *name);
