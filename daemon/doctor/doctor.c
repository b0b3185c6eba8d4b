/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "doctor/doctor.h"

#include "base/cleanup.h"
#include "doctor/checks.h"
#include "doctor/command.h"
#include "util/zone.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct doctor_check doctor_checks[] = {
#define DOCTOR_CHECK_ROW(function, name) { name, check_##function },
	DOCTOR_CHECKS(DOCTOR_CHECK_ROW)
#undef DOCTOR_CHECK_ROW
};
const size_t doctor_checks_n = ARRAY_SIZE(doctor_checks);

static void ask_unit(bool user, struct unit_state *ret)
{
	char answer[2048], machine[160], path[PATH_MAX];
	const char *arguments[10];
	size_t n = 0;
	*ret = (struct unit_state) { 0 };
	if (access(machine_path("/run/systemd/system", path), F_OK) < 0)
		return;
	arguments[n++] = "systemctl";
	if (user)
		arguments[n++] = "--user";
	/* root asks for whoever called sudo */
	const char *sudo_user = getenv("SUDO_USER");
	if (user && geteuid() == 0 && sudo_user) {
		(void)snprintf(machine, sizeof machine, "--machine=%s@.host", sudo_user);
		arguments[n++] = machine;
	}
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

static void look_at_person(struct doctor *doctor)
{
	machine_service(&doctor->service);
	doctor->has_person =
		!doctor->paths.system || (doctor->service.has_user && doctor->service.has_group);
	doctor->person = doctor->paths.system ? (struct machine_person) { doctor->service.uid,
		doctor->service.gid }
					      : (struct machine_person) { geteuid(), getegid() };
}

int doctor_look(const char *state, const char *config, int64_t now_ms, struct doctor *ret)
{
	*ret = (struct doctor) { .now_ms = now_ms };
	int r = conf_paths_find(state, config, &ret->paths);
	if (r < 0)
		return r;
	r = conf_load(ret->paths.config, ret->paths.config_asked, &ret->conf, &ret->problems);
	if (r == -ENOMEM)
		return r;
	if (ret->conf)
		(void)zone_set(ret->conf->runner.time_zone);
	ret->store_error = store_open(ret->paths.state, STORE_READ, &ret->store, ret->store_why);
	ret->daemon_error = store_find_daemon(ret->paths.state, &ret->daemon);
	look_at_person(ret);
	ask_unit(false, &ret->system_unit);
	ask_unit(true, &ret->user_unit);
	watches_here_look(&ret->watches);
	return 0;
}

void doctor_done(struct doctor *doctor)
{
	watches_here_done(&doctor->watches);
	doctor->store = store_close(doctor->store);
	doctor->conf = conf_free(doctor->conf);
	problems_done(&doctor->problems);
	conf_paths_done(&doctor->paths);
}

void doctor_run(const struct doctor *doctor, struct findings *findings)
{
	for (size_t i = 0; i < doctor_checks_n; i++)
		doctor_checks[i].run(doctor, findings);
}

char *doctor_systemctl(
	const struct doctor *doctor, const char *words, char ret[DOCTOR_COMMAND_BYTES])
{
	(void)snprintf(ret, DOCTOR_COMMAND_BYTES, "%ssystemctl %s%s kneadd",
		doctor->paths.system ? "sudo " : "", doctor->paths.system ? "" : "--user ", words);
	return ret;
}
