/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A few kneadd-parse side by side, for a program that may wait. */

#include "helper/helper.h"

/* Two helpers keep two cores busy; a third fills the gaps while one is being started. */
#define HELPER_POOL_SIZE 3u

struct helper_pool {
	struct helper *helpers[HELPER_POOL_SIZE]; /* NULL: idle */
	bool listening[HELPER_POOL_SIZE];
};

/* The place of one that is idle; -1: all work. */
int helper_pool_idle(const struct helper_pool *pool);

/* Whether any works. */
bool helper_pool_is_busy(const struct helper_pool *pool);

/* Starts one at an idle place. Returns 0; as helper_spawn_parse(). */
int helper_pool_start(struct helper_pool *pool, size_t place, const struct helper_job *job);

/* Waits until one has ended; at least one must work.
 *
 * ret_place    its place, which is idle again
 * ret_report   initialised; as helper_finish()
 * Returns 0; negative errno. */
int helper_pool_wait(struct helper_pool *pool, size_t *ret_place, struct report *ret_report,
	enum verdict *ret_verdict);

/* Ends all that work. */
void helper_pool_done(struct helper_pool *pool);
