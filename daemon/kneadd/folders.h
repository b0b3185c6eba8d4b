/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The folders of the configuration, followed with inotify: when one was quiet for two seconds after a
 * change, its owner is told. Folders below it are followed too; one that is not there yet is waited for. */

#include "conf/conf.h"

#include <stdbool.h>

#include <systemd/sd-event.h>

struct folders;

/* A folder changed and is quiet now; also once for each at the start. */
typedef void (*folder_quiet_fn)(const struct conf_folder *folder, void *userdata);

int folders_new(sd_event *event, const struct conf *conf, folder_quiet_fn on_quiet, void *userdata,
	struct folders **ret);
struct folders *folders_free(struct folders *folders);

/* Whether any folder is there, so that an import of it has come or will come by itself. */
bool folders_any(const struct folders *folders);
