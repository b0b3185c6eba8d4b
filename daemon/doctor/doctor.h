/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Looks for everything that can be wrong with an installation. A table of checks, one function each: all look at
 * what doctor_look() gathered once, and change nothing. */

#include "conf/conf.h"
#include "conf/paths.h"
#include "doctor/findings.h"
#include "doctor/unit.h"
#include "doctor/watches_here.h"
#include "store/store.h"
#include "util/clock.h"
#include "util/machine.h"

struct doctor {
	struct conf_paths paths;
	int64_t now_ms;
	/* the settings; NULL when they cannot be used */
	struct conf *conf;
	struct problems problems;
	/* the store; NULL when it cannot be opened: then the error and its sentence */
	struct store *store;
	int store_error;
	char store_why[STORE_WHY_BYTES];
	/* the daemon: 0 and its pid; -ESRCH: none runs; -EACCES */
	int daemon_error;
	pid_t daemon;
	struct unit_state system_unit, user_unit;
	struct machine_service service;
	struct machine_person person; /* who the daemon runs as */
	bool has_person;              /* false: the service's user is missing */
	struct watches_here watches;
};

/* state, config: as given on the command line; NULL. Returns 0; negative errno when there is nothing to look
 * at. */
int doctor_look(const char *state, const char *config, int64_t now_ms, struct doctor *ret);
void doctor_done(struct doctor *doctor);

struct doctor_check {
	const char *name; /* "store-rights" */
	void (*run)(const struct doctor *doctor, struct findings *findings);
};

extern const struct doctor_check doctor_checks[];
extern const size_t doctor_checks_n;

/* Runs all checks in their order. */
void doctor_run(const struct doctor *doctor, struct findings *findings);

/* "systemctl WORDS kneadd" for the service that is meant, with sudo for the system's. Returns ret. */
#define DOCTOR_COMMAND_BYTES 256u
char *doctor_systemctl(
	const struct doctor *doctor, const char *words, char ret[DOCTOR_COMMAND_BYTES]);
