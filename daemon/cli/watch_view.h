/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Watches as commands show them. */

#include "cli/session.h"
#include "store/store_watch.h"

#include <jansson.h>

/* New reference; NULL when memory is short. */
json_t *watch_json(const struct stored_watch *watch);

/* All that are known, as an array; empty when they cannot be read. New reference. */
json_t *watches_json(struct session *session);

/* "3 of 5 new files are in", what is in the way, or "" when there is nothing to say. */
void watch_remark(const struct stored_watch *watch, char *ret, size_t room);

/* A line for each watch that is here, and for the latest that was: for people. */
void watches_print(struct session *session);
