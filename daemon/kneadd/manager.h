/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The daemon: one loop, and everything that lives in it. */

#include <stdbool.h>

struct manager;

struct manager_options {
	const char *state, *config; /* NULL: found by the rule of conf/paths.h */
	const char *test_clock;     /* NULL: the system's clock */
};

#define MANAGER_WHY_BYTES 512u

/* Opens settings and store. Returns 0; a negative errno, and then ret_why is one sentence. */
int manager_new(const struct manager_options *options, struct manager **ret, char *ret_why);

/* Tells systemd that it is ready and runs until a signal ends it. Returns 0 or a negative errno. */
int manager_run(struct manager *manager);

struct manager *manager_free(struct manager *manager);
