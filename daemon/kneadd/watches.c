/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/watches.h"

#include "base/cleanup.h"
#include "device/monitor.h"
#include "util/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOURCE_BYTES 64u /* as struct spool_origin has it */

struct watches {
	sd_event *event;
	struct store *store;
	const struct conf *conf;
	struct clock_source *clock;
	struct runner *runner;
	watches_said_fn on_said;
	void *userdata;
	struct devices *devices;
	struct device_monitor *monitor;
};

/* By its serial number, so that a second plug-in is cheap; one without is known by its ids. */
static void name_source(const struct usb_watch *watch, char ret[SOURCE_BYTES])
{
	(void)snprintf(
		ret, SOURCE_BYTES, "watch:%.57s", *watch->serial ? watch->serial : watch->id);
}

static void on_arrived(const struct usb_watch *watch, void *userdata)
{
	struct watches *watches = userdata;
	char source[SOURCE_BYTES];
	name_source(watch, source);
	struct log_about about = { .device = source };
	log_line_about(&about, LOG_LEVEL_INFO, "%s is plugged in (%s)%s%s", watch->name, watch->id,
		*watch->advice ? ": " : "", watch->advice);
	if (watch->transport != DEVICE_TRANSPORT_MTP)
		return;
	runner_request(watches->runner, &(struct runner_source) { .kind = SOURCE_WATCH,
						.name = source,
						.path = watch->node,
						.title = watch->name });
}

static void on_left(const struct usb_watch *watch, void *userdata)
{
	struct watches *watches = userdata;
	char source[SOURCE_BYTES];
	name_source(watch, source);
	struct log_about about = { .device = source };
	log_line_about(&about, LOG_LEVEL_INFO, "%s is unplugged", watch->name);
	runner_forget(watches->runner, source);
}

void watches_on_end(struct watches *watches, const struct runner_watch_end *end)
{
	(void)watches;
	struct log_about about = { .device = end->name };
	log_line_about(&about, LOG_LEVEL_INFO, "%u of %u new files are in", end->got, end->wanted);
}

void watches_reload(struct watches *watches, const struct conf *conf)
{
	watches->conf = conf;
}

struct watches *watches_free(struct watches *watches)
{
	if (!watches)
		return NULL;
	watches->monitor = device_monitor_free(watches->monitor);
	watches->devices = devices_free(watches->devices);
	free(watches);
	return NULL;
}

static void watches_freep(struct watches **watches)
{
	(void)watches_free(*watches);
}

int watches_new(sd_event *event, struct store *store, const struct conf *conf,
	struct clock_source *clock, struct runner *runner, watches_said_fn on_said, void *userdata,
	struct watches **ret)
{
	CLEANUP(watches_freep) struct watches *watches = calloc(1, sizeof *watches);
	if (!watches)
		return -ENOMEM;
	*watches = (struct watches) { .event = event,
		.store = store,
		.conf = conf,
		.clock = clock,
		.runner = runner,
		.on_said = on_said,
		.userdata = userdata };
	const struct device_monitor_callbacks callbacks = {
		.on_arrived = on_arrived, .on_left = on_left, .userdata = watches
	};
	int r = devices_load(&watches->devices, NULL);
	if (r < 0)
		return r;
	r = device_monitor_new(event, watches->devices, &callbacks, &watches->monitor);
	if (r < 0)
		(void)log_error(r, "cannot listen for watches on USB");
	*ret = TAKE_PTR(watches);
	return 0;
}
