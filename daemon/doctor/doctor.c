/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "doctor/doctor.h"

#include "base/cleanup.h"
#include "doctor/checks.h"
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

static void look_at_person(struct doctor *doctor)
{
	machine_service(&doctor->service);
	doctor->has_person =
		!doctor->paths.system || (doctor->service.has_user && doctor->service.has_group);
	doctor->person = (struct machine_person) { .uid = geteuid(), .gid = getegid() };
	if (doctor->paths.system)
		machine_service_person(&doctor->service, &doctor->person);
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
	unit_ask(false, &ret->system_unit);
	unit_ask(true, &ret->user_unit);
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
