/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The sources that files come from (struct spool_origin), for people. */

#include "store/store.h"

#include <stdbool.h>

#define SOURCE_TITLE_BYTES 128u

/* Whether a source says where a file came from: false for what was found in the spool or in the archive with its
 * origin lost. NULL is none. */
bool store_source_is_known(const char *source);

/* "Forerunner 965" for "watch:0000cbf0a1b2", "folder sync" for "folder:sync", "knead import" for "import"; a
 * watch that the store does not know by its serial number; "" where the origin was lost. Returns ret. */
char *store_source_title(struct store *store, const char *source, char ret[SOURCE_TITLE_BYTES]);
