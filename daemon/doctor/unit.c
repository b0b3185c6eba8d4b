/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "doctor/unit.h"

#include "doctor/command.h"
#include "util/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool unit_systemd_runs(void)
{
	char path[PATH_MAX];
	return access(machine_path("/run/systemd/system", path), F_OK) == 0;
}

const char *unit_machine(char ret[UNIT_MACHINE_BYTES])
{
	const char *user = getenv("SUDO_USER");
	if (geteuid() != 0 || !user)
		return NULL;
	(void)snprintf(ret, UNIT_MACHINE_BYTES, "--machine=%s@.host", user);
	return ret;
}

bool unit_is_on(const struct unit_state *unit)
{
	return strcmp(unit->active, "active") == 0 || strcmp(unit->file, "enabled") == 0;
}

void unit_ask(bool user, struct unit_state *ret)
{
	char answer[2048], machine[UNIT_MACHINE_BYTES];
	const char *arguments[10];
	size_t n = 0;
	*ret = (struct unit_state) { 0 };
	if (!unit_systemd_runs())
		return;
	arguments[n++] = "systemctl";
	if (user)
		arguments[n++] = "--user";
	if (user && unit_machine(machine))
		arguments[n++] = machine;
	arguments[n++] = "show";
	arguments[n++] = "--property=LoadState,ActiveState,UnitFileState,Result,NeedDaemonReload";
	arguments[n++] = "kneadd.service";
	arguments[n] = NULL;
	ret->known = command_ask(arguments, answer, sizeof answer) == 0;
	(void)command_value(answer, "LoadState", ret->load, sizeof ret->load);
	(void)command_value(answer, "ActiveState", ret->active, sizeof ret->active);
	(void)command_value(answer, "UnitFileState", ret->file, sizeof ret->file);
	(void)command_value(answer, "Result", ret->result, sizeof ret->result);
	(void)command_value(answer, "NeedDaemonReload", ret->stale, sizeof ret->stale);
}
