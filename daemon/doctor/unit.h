/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The two units that kneadd can run as. */

#include <stdbool.h>

#define UNIT_WORD_BYTES 48u

/* A unit of systemd, as `systemctl show` has it. */
struct unit_state {
	bool known; /* systemd answered */
	char load[UNIT_WORD_BYTES], active[UNIT_WORD_BYTES], file[UNIT_WORD_BYTES];
	char sub[UNIT_WORD_BYTES];                            /* "auto-restart" */
	char user[UNIT_WORD_BYTES];                           /* User= */
	char result[UNIT_WORD_BYTES], stale[UNIT_WORD_BYTES]; /* NeedDaemonReload */
};

/* The system's unit, or that of the user: this one, or with sudo whoever called it. */
void unit_ask(bool user, struct unit_state *ret);

/* The text of the unit's files, drop-ins included; "" when systemd does not say. Returns ret. */
#define UNIT_TEXT_BYTES 16384u
char *unit_text(bool user, char ret[UNIT_TEXT_BYTES]);

/* Whether it runs, or will at the next start. */
bool unit_is_on(const struct unit_state *unit);

/* "--machine=USER@.host", with which root reaches the services of whoever called sudo. Returns NULL when that is not
 * needed. */
#define UNIT_MACHINE_BYTES 160u
const char *unit_machine(char ret[UNIT_MACHINE_BYTES]);

/* Whether systemd is what started this machine. */
bool unit_systemd_runs(void);
