/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What came of an import, as `knead import --json` prints it. */

#include "import/job.h"

#include <jansson.h>

/* A new reference; NULL when memory ends. */
json_t *import_result_to_json(const struct import_result *result);

/* Returns 0; -EBADMSG when it is no such object; -ENOMEM. *ret is to be done with import_result_done(). What
 * was decided is not in it. */
int import_result_from_json(json_t *object, struct import_result *ret);
