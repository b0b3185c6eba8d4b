/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "doctor/unit.h"

#include "doctor/command.h"
#include "util/machine.h"

#include <errno.h>
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

/* Asks systemctl about the unit, and which manager is meant goes in front. Returns what command_ask() does. */
static int ask(bool user, const char *verb, const char *option, char *ret, size_t room)
{
	char machine[UNIT_MACHINE_BYTES];
	const char *arguments[8];
	size_t n = 0;
	*ret = '\0';
	if (!unit_systemd_runs())
		return -ENOENT;
	arguments[n++] = "systemctl";
	if (user)
		arguments[n++] = "--user";
	if (user && unit_machine(machine))
		arguments[n++] = machine;
	arguments[n++] = verb;
	arguments[n++] = option;
	arguments[n++] = "kneadd.service";
	arguments[n] = NULL;
	return command_ask(arguments, ret, room);
}

char *unit_text(bool user, char ret[UNIT_TEXT_BYTES])
{
	if (ask(user, "cat", "--no-pager", ret, UNIT_TEXT_BYTES) != 0)
		*ret = '\0';
	return ret;
}

void unit_ask(bool user, struct unit_state *ret)
{
	char answer[2048];
	*ret = (struct unit_state) { 0 };
	ret->known = ask(user, "show",
			     "--property=LoadState,ActiveState,SubState,UnitFileState,Result,"
			     "NeedDaemonReload,User",
			     answer, sizeof answer) == 0;
	(void)command_value(answer, "LoadState", ret->load, sizeof ret->load);
	(void)command_value(answer, "ActiveState", ret->active, sizeof ret->active);
	(void)command_value(answer, "SubState", ret->sub, sizeof ret->sub);
	(void)command_value(answer, "User", ret->user, sizeof ret->user);
	(void)command_value(answer, "UnitFileState", ret->file, sizeof ret->file);
	(void)command_value(answer, "Result", ret->result, sizeof ret->result);
	(void)command_value(answer, "NeedDaemonReload", ret->stale, sizeof ret->stale);
}
