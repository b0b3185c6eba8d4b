/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "helpers/fetch_watch.h"

#include "base/cleanup.h"
#include "conf/devices.h"
#include "fetch/mtp_watch.h"
#include "fetch/watch_memory.h"
#include "helpers/fetch_cage.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define PROGRESS_EVERY_MS 250u

/* Everything that lives as long as one reading. */
struct reading {
	const struct fetch_watch *watch;
	const struct fetch_channel *channel; /* NULL: by hand */
	struct devices *devices;
	struct usb_transport *usb;
	struct mtp_transport transport;
	struct mtp_session session;
	uint64_t said_ms; /* when progress was last told */
};

/* Lets go of the watch, which others may have from then on. */
static void reading_done(struct reading *reading)
{
	mtp_session_done(&reading->session);
	reading->usb = usb_transport_free(reading->usb);
	reading->devices = devices_free(reading->devices);
}

static int say(const struct reading *reading, const struct fetch_packet *packet)
{
	/* ending what is under way in good order is the answer to a daemon that is gone */
	return fetch_say(reading->channel, packet) < 0 ? -ECANCELED : 0;
}

static int on_watch(const struct source_watch *watch, void *userdata)
{
	struct fetch_packet packet = { .type = FETCH_WATCH };
	(void)snprintf(packet.maker, sizeof packet.maker, "%s", watch->maker);
	(void)snprintf(packet.model, sizeof packet.model, "%s", watch->model);
	(void)snprintf(packet.serial, sizeof packet.serial, "%s", watch->serial);
	(void)snprintf(packet.firmware, sizeof packet.firmware, "%s", watch->firmware);
	return say(userdata, &packet);
}

static int on_wanted(const struct source_file *file, void *userdata)
{
	const struct reading *reading = userdata;
	return fetch_ask(reading->channel, file->path, file->size_bytes, file->mtime_ns);
}

static int on_listed(const struct source_listing *listing, void *userdata)
{
	struct fetch_packet packet = { .type = FETCH_LISTED,
		.files_n = (uint32_t)listing->files_n,
		.wanted_n = (uint32_t)listing->wanted_n,
		.full = listing->full,
		.known_make = listing->known_make };
	fetch_describe(&packet, listing->folders, (int64_t)listing->wanted_bytes, 0);
	(void)snprintf(packet.why, sizeof packet.why, "%s", listing->seen);
	return say(userdata, &packet);
}

static void on_progress(const struct source_file *file, uint64_t done_bytes, void *userdata)
{
	struct reading *reading = userdata;
	uint64_t now_ms = reading->transport.ops->now_ms(reading->transport.userdata);
	struct fetch_packet packet = { .type = FETCH_PROGRESS, .done_bytes = (int64_t)done_bytes };
	if (now_ms < reading->said_ms + PROGRESS_EVERY_MS)
		return;
	reading->said_ms = now_ms;
	fetch_describe(&packet, file->path, file->size_bytes, file->mtime_ns);
	(void)say(reading, &packet);
}

static int on_file(const struct source_file *file, int fd, void *userdata)
{
	const struct reading *reading = userdata;
	int r = fetch_hand_over(reading->channel, fd, file->path, file->size_bytes, file->mtime_ns);
	if (r == -EDQUOT || r == -EROFS)
		return -ENOSPC;
	return r < 0 && r != -ENOSPC ? -ECANCELED : r;
}

static int on_refused(const struct source_file *file, const char *why, void *userdata)
{
	const struct reading *reading = userdata;
	int r = fetch_refuse(reading->channel, file->path, file->size_bytes, file->mtime_ns, why);
	return r < 0 ? -ECANCELED : 0;
}

static int on_later(const struct source_file *file, void *userdata)
{
	struct fetch_packet packet = { .type = FETCH_LATER };
	fetch_describe(&packet, file->path, file->size_bytes, file->mtime_ns);
	return say(userdata, &packet);
}

/* Why a watch was not read to its end; silent: it stopped answering. */
static const char *sentence(int error, bool silent)
{
	switch (error) {
	case 0:
		return "";
	case -ENODEV:
		return "it was unplugged";
	case -ECANCELED:
		return "it was told to stop";
	case -ENOMEM:
		return "out of memory";
	case -ENOSPC:
		return "there is no room for its files: free some space, then plug it in again";
	case -EBUSY:
		return "it stays busy with something else";
	case -ENOMEDIUM:
		return "it does not show its storage: unlock it, and if nothing happens within a "
		       "minute, plug it in again";
	default:
		return silent ? "it does not answer: unplug it, wait a moment, plug it in again"
			      : "it answers, and shows nothing of what it holds: unlock it or "
				"restart it, then plug it in again";
	}
}

static int prepare(struct reading *reading, const char **ret_why)
{
	*ret_why = "the tables of devices cannot be read";
	int r = devices_load(&reading->devices, NULL);
	if (r == 0)
		r = usb_transport_open(&reading->watch->usb, &reading->usb, ret_why);
	if (r < 0)
		return r;
	usb_transport_use(reading->usb, &reading->transport);
	const struct fetch_cage cage = { .kind = SANDBOX_FETCH,
		.source = { reading->watch->usb.node, LANDLOCK_DEVICE },
		.state_dir = reading->channel ? reading->channel->state_dir : NULL,
		.memory = WATCH_FOLDER };
	r = fetch_cage_enter(&cage, ret_why);
	return r < 0 ? r : mtp_session_init(&reading->session, &reading->transport);
}

static int read_watch(
	struct reading *reading, const struct source_callbacks *callbacks, const char **ret_why)
{
	const struct fetch_channel *channel = reading->channel;
	struct mtp_watch_options options = { .source = channel ? channel->source : "",
		.state_dir = channel ? channel->state_dir : NULL };
	int r = prepare(reading, ret_why);
	if (r < 0)
		return r;
	options.devices = reading->devices;
	if (getrandom(&options.random, sizeof options.random, 0) < 0)
		options.random = 0; /* any one will do */
	r = mtp_watch_read(&reading->session, &options, callbacks);
	if (r == -EACCES)
		r = -ENOMEDIUM; /* the watch's refusal, not the system's */
	*ret_why = sentence(r, reading->session.lost);
	return r;
}

int fetch_watch_read(const struct fetch_watch *watch, const struct fetch_channel *channel)
{
	CLEANUP(reading_done) struct reading reading = { .watch = watch, .channel = channel };
	const struct source_callbacks callbacks = { .on_watch = on_watch,
		.on_wanted = on_wanted,
		.on_listed = on_listed,
		.on_progress = on_progress,
		.on_file = on_file,
		.on_refused = on_refused,
		.on_later = on_later,
		.userdata = &reading };
	struct fetch_packet end = { .type = FETCH_END };
	const char *why = "";
	end.status = read_watch(&reading, &callbacks, &why);
	reading_done(&reading); /* END says that it can be unplugged */
	(void)snprintf(end.why, sizeof end.why, "%s", why);
	return fetch_say(channel, &end);
}

static int print_watch(const struct source_watch *watch, void *userdata)
{
	(void)userdata;
	return printf("%s %s, serial %s, firmware %s\n", watch->maker, watch->model, watch->serial,
		       watch->firmware) < 0
		       ? -EIO
		       : 0;
}

static int print_file(const struct source_file *file, void *userdata)
{
	char size[24] = "?"; /* some do not say */
	(void)userdata;
	if (file->size_bytes >= 0)
		(void)snprintf(size, sizeof size, "%lld", (long long)file->size_bytes);
	return printf("%10s  %s\n", size, file->path) < 0 ? -EIO : 0;
}

static int print_listing(const struct source_listing *listing, void *userdata)
{
	(void)userdata;
	return printf("%zu files in %s%s%s\n", listing->files_n,
		       *listing->folders ? listing->folders : "no folder that the tables know",
		       *listing->seen ? ": it shows " : "", listing->seen) < 0
		       ? -EIO
		       : 0;
}

static void print_nothing(const struct source_file *file, uint64_t done_bytes, void *userdata)
{
	(void)file;
	(void)done_bytes;
	(void)userdata;
}

static int print_refusal(const struct source_file *file, const char *why, void *userdata)
{
	(void)userdata;
	return printf("%s: %s\n", file->path, why) < 0 ? -EIO : 0;
}

int fetch_watch_list(const struct fetch_watch *watch)
{
	CLEANUP(reading_done) struct reading reading = { .watch = watch };
	const struct source_callbacks callbacks = { .on_watch = print_watch,
		.on_wanted = print_file, /* nothing is wanted */
		.on_listed = print_listing,
		.on_progress = print_nothing,
		.on_refused = print_refusal };
	const char *why = "";
	int r = read_watch(&reading, &callbacks, &why);
	if (r < 0) {
		(void)fprintf(stderr, "kneadd-fetch: %s: %s\n", watch->usb.node, why);
		return 1;
	}
	(void)printf("%u operations\n", reading.session.counts.operations);
	return fflush(stdout) == 0 ? 0 : 1;
}
