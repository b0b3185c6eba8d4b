/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "helpers/fetch_folder.h"

#include "base/cleanup.h"
#include "conf/devices.h"
#include "fetch/device_file.h"
#include "helpers/fetch_cage.h"
#include "helpers/fetch_settled.h"
#include "import/tree.h"

#include <errno.h>
#include <stdio.h>

struct folder_reading {
	struct fetch_channel *channel; /* borrowed */
	struct fetch_settled settled;
};

static bool on_known(const char *path, int64_t size_bytes, int64_t mtime_ns, void *userdata)
{
	struct folder_reading *reading = userdata;
	return fetch_ask(reading->channel, path, size_bytes, mtime_ns) != 1;
}

static int on_file(const struct tree_file *file, void *userdata)
{
	struct folder_reading *reading = userdata;
	if (file->why == tree_vanished)
		return 0;
	if (file->why)
		return fetch_refuse(
			reading->channel, file->path, file->size_bytes, file->mtime_ns, file->why);
	if (!fetch_is_settled(&reading->settled, file))
		return 0;
	return fetch_hand_over(
		reading->channel, file->fd, file->path, file->size_bytes, file->mtime_ns);
}

int fetch_folder_prepare(const struct fetch_channel *channel, const char *folder,
	struct devices **ret, const char **ret_why)
{
	CLEANUP(devices_freep) struct devices *devices = NULL;
	const struct fetch_cage cage = { .kind = SANDBOX_FOLDER,
		.source = { folder, LANDLOCK_READ },
		.state_dir = channel->state_dir };
	*ret_why = "the tables of devices cannot be read";
	int r = devices_load(&devices, NULL);
	if (r < 0)
		return r;
	r = fetch_cage_enter(&cage, ret_why);
	if (r < 0)
		return r;
	*ret_why = "";
	*ret = TAKE_PTR(devices);
	return 0;
}

int fetch_folder(struct fetch_channel *channel, const char *folder)
{
	CLEANUP(devices_freep) struct devices *devices = NULL;
	struct fetch_packet end = { .type = FETCH_END };
	struct folder_reading reading = { .channel = channel };
	struct tree_callbacks callbacks = { .on_known = on_known,
		.on_file = on_file,
		.named = device_file_read,
		.userdata = &reading };
	const char *why = "";
	end.status = fetch_folder_prepare(channel, folder, &devices, &why);
	if (end.status == 0)
		end.status = tree_walk(folder, devices, &callbacks);
	(void)snprintf(end.why, sizeof end.why, "%s", why);
	return fetch_say(channel, &end);
}
