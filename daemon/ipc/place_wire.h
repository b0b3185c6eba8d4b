/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What is said to a kneadd-fetch that places originals in the feed folder, and what it answers: one packet each, one
 * after the other. A folder may lie on a network that does not answer, so neither the daemon nor a command looks into
 * it itself. */

#include "util/hash.h"

#include <stddef.h>
#include <stdint.h>

#define PLACE_NAME_BYTES 64u
#define PLACE_REQUEST_BYTES (4u + HASH_BYTES + PLACE_NAME_BYTES)
#define PLACE_ANSWER_BYTES 8u

struct place_request {
	uint8_t hash[HASH_BYTES];
	char name[PLACE_NAME_BYTES]; /* under which it is to be found there; no '/' in it */
};

void place_request_put(const struct place_request *request, uint8_t ret[PLACE_REQUEST_BYTES]);
/* Returns 0; -EBADMSG. */
int place_request_get(const void *data, size_t size, struct place_request *ret);

/* status: 0; -EEXIST its name is taken there; -ENODATA there is no such original (any more); -EBADMSG it is not what was
 * imported; any other negative errno: the folder's trouble. */
void place_answer_put(int status, uint8_t ret[PLACE_ANSWER_BYTES]);
/* Returns 0; -EBADMSG. */
int place_answer_get(const void *data, size_t size, int *ret_status);
