/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The service: one, running, and the one that is installed. */
#include "doctor/checks.h"

#include "base/cleanup.h"
#include "doctor/command.h"
#include "helper/find.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HELPER_WRONG_USE 2 /* exit status of both */

static const struct unit_state *unit_of(const struct doctor *doctor)
{
	return doctor->paths.system ? &doctor->system_unit : &doctor->user_unit;
}

static bool is(const char *word, const char *other)
{
	return strcmp(word, other) == 0;
}

void check_one_service(const struct doctor *doctor, struct findings *findings)
{
	if (unit_is_on(&doctor->system_unit) && unit_is_on(&doctor->user_unit))
		findings_add(findings, FINDING_FAULT, "services",
			doctor->paths.system ? "systemctl --user disable --now kneadd"
					     : "sudo systemctl disable --now kneadd",
			"kneadd is switched on twice, as system service and as user service, and "
			"both go for the watch");
}

void check_service_runs(const struct doctor *doctor, struct findings *findings)
{
	const struct unit_state *unit = unit_of(doctor);
	char command[DOCTOR_COMMAND_BYTES];
	if (doctor->daemon_error != -ESRCH && !is(unit->active, "failed"))
		return;
	if (is(unit->load, "masked"))
		findings_add(findings, FINDING_FAULT, "service",
			doctor_systemctl(doctor, "unmask", command),
			"kneadd does not run: it is masked");
	else if (unit->known && is(unit->load, "not-found"))
		findings_add(findings, FINDING_FAULT, "service", DOCTOR_REINSTALL,
			"kneadd does not run: its unit is not installed");
	else if (is(unit->active, "failed"))
		findings_add(findings, FINDING_FAULT, "service",
			doctor->paths.system ? "journalctl -u kneadd -n 20, then: sudo systemctl "
					       "restart kneadd"
					     : "journalctl --user -u kneadd -n 20, then: systemctl "
					       "--user restart kneadd",
			"kneadd failed (%s); its journal says why", unit->result);
	else if (is(unit->sub, "auto-restart"))
		/* it is started again without end, so that it is hardly ever "failed" */
		findings_add(findings, FINDING_FAULT, "service",
			doctor->paths.system ? "journalctl -u kneadd -n 20"
					     : "journalctl --user -u kneadd -n 20",
			"kneadd ends soon after each start (%s); its journal says why",
			unit->result);
	else if (is(unit->active, "activating") || is(unit->active, "deactivating"))
		findings_add(findings, FINDING_FAULT, "service",
			"wait a minute, then: knead doctor", "kneadd is just being %s",
			is(unit->active, "activating") ? "started" : "stopped");
	else if (is(unit->active, "active"))
		findings_add(findings, FINDING_FAULT, "service",
			doctor->paths.system ? "give no --state, or start kneadd with the same one"
					     : "unset XDG_STATE_HOME and give no --state, or start "
					       "kneadd with the same one",
			"kneadd runs, but not on the store in %s", doctor->paths.state);
	else
		findings_add(findings, FINDING_FAULT, "service",
			doctor_systemctl(doctor, "enable --now", command), "kneadd does not run");
}

void check_service_starts_again(const struct doctor *doctor, struct findings *findings)
{
	const struct unit_state *unit = unit_of(doctor);
	char command[DOCTOR_COMMAND_BYTES];
	if (is(unit->active, "active") && is(unit->file, "disabled"))
		findings_add(findings, FINDING_FAULT, "service-enabled",
			doctor_systemctl(doctor, "enable", command),
			"kneadd runs now, but will not start again by itself");
}

/* A desktop's own session holds a user's services; elsewhere they end with the last login. */
void check_service_stays(const struct doctor *doctor, struct findings *findings)
{
	char user[16], answer[256], linger[8], display[64];
	const char *const arguments[] = { "loginctl", "show-user", user, "--property=Linger",
		"--property=Display", NULL };
	(void)snprintf(user, sizeof user, "%u", (unsigned)getuid());
	if (doctor->paths.system || !is(doctor->user_unit.active, "active") ||
		command_ask(arguments, answer, sizeof answer) != 0 ||
		!is(command_value(answer, "Linger", linger, sizeof linger), "no") ||
		*command_value(answer, "Display", display, sizeof display))
		return;
	findings_add(findings, FINDING_FAULT, "service-linger", "sudo loginctl enable-linger $USER",
		"no desktop runs here, and kneadd ends when you log out");
}

/* The last ExecStart= of the unit's files holds. */
static void check_start(const struct doctor *doctor, struct findings *findings)
{
	static const char setting[] = "\nExecStart=";
	char text[UNIT_TEXT_BYTES], command[2 * DOCTOR_COMMAND_BYTES];
	char revert[DOCTOR_COMMAND_BYTES], restart[DOCTOR_COMMAND_BYTES];
	const char *last = NULL;
	(void)unit_text(!doctor->paths.system, text);
	for (const char *at = text; (at = strstr(at, setting));)
		last = at += sizeof setting - 1;
	if (!last)
		return;
	size_t size = strcspn(last, " \n");
	if (size >= sizeof "kneadd" - 1 &&
		memcmp(last + size - (sizeof "kneadd" - 1), "kneadd", sizeof "kneadd" - 1) == 0)
		return;
	(void)snprintf(command, sizeof command, "%s && %s",
		doctor_systemctl(doctor, "revert", revert),
		doctor_systemctl(doctor, "restart", restart));
	findings_add(findings, FINDING_FAULT, "service-unit", command,
		"the unit of kneadd was changed: it starts %.*s",
		size ? (int)strcspn(last, "\n") : 7, size ? last : "nothing");
}

void check_service_user(const struct doctor *doctor, struct findings *findings)
{
	const struct unit_state *unit = &doctor->system_unit;
	char folder[64], command[DOCTOR_COMMAND_BYTES + 32], start[DOCTOR_COMMAND_BYTES];
	struct stat st;
	if (doctor->paths.system && *unit->user && !is(unit->user, MACHINE_SERVICE_NAME))
		findings_add(findings, FINDING_FAULT, "service-unit",
			"sudo systemctl revert kneadd && sudo systemctl restart kneadd",
			"the unit of kneadd was changed: it would run as %s, not as user knead",
			unit->user);
	check_start(doctor, findings);
	(void)snprintf(folder, sizeof folder, "/proc/%d", (int)doctor->daemon);
	if (doctor->daemon_error != 0 || !doctor->has_person || doctor->person.uid == 0 ||
		stat(folder, &st) < 0 || st.st_uid != 0)
		return;
	(void)snprintf(command, sizeof command, "sudo kill %d && %s", (int)doctor->daemon,
		doctor_systemctl(doctor, "restart", start));
	findings_add(findings, FINDING_FAULT, "service-unit", command,
		"kneadd runs as root (process %d), which it never should", (int)doctor->daemon);
}

static void check_version(const struct doctor *doctor, struct findings *findings)
{
	char command[DOCTOR_COMMAND_BYTES];
	AUTO_FREE char *version = NULL;
	if (!doctor->store || doctor->daemon_error != 0 ||
		store_get_fact(doctor->store, STORE_FACT_DAEMON, &version) < 0 || !version ||
		is(version, KNEAD_VERSION))
		return;
	findings_add(findings, FINDING_FAULT, "service-current",
		doctor_systemctl(doctor, "restart", command),
		"the kneadd that runs is version %s, and this is knead " KNEAD_VERSION, version);
}

void check_service_is_current(const struct doctor *doctor, struct findings *findings)
{
	char link[64], target[4096], command[DOCTOR_COMMAND_BYTES];
	static const char gone[] = " (deleted)";
	(void)snprintf(link, sizeof link, "/proc/%d/exe", (int)doctor->daemon);
	ssize_t n = doctor->daemon_error == 0 ? readlink(link, target, sizeof target - 1) : -1;
	target[n < 0 ? 0 : n] = '\0';
	if (n >= (ssize_t)sizeof gone && is(target + n - (sizeof gone - 1), gone))
		findings_add(findings, FINDING_FAULT, "service-current",
			doctor_systemctl(doctor, "restart", command),
			"the kneadd that runs is older than the one that is installed");
	else
		check_version(doctor, findings);
	if (is(unit_of(doctor)->stale, "yes"))
		findings_add(findings, FINDING_FAULT, "service-current",
			doctor->paths.system
				? "sudo systemctl daemon-reload && sudo systemctl restart kneadd"
				: "systemctl --user daemon-reload && systemctl --user restart "
				  "kneadd",
			"the unit of kneadd has changed since it was started");
}

/* Without anything to do it says how it is used: a library that is missing shows. */
static bool starts(const char *path)
{
	const char *const arguments[] = { path, "--help", NULL };
	char answer[64];
	return command_ask(arguments, answer, sizeof answer) == HELPER_WRONG_USE;
}

void check_helpers_are_there(const struct doctor *doctor, struct findings *findings)
{
	static const struct {
		const char *name, *variable;
	} helpers[] = { { "kneadd-parse", "KNEAD_PARSE" }, { "kneadd-fetch", "KNEAD_FETCH" } };
	(void)doctor;
	for (size_t i = 0; i < ARRAY_SIZE(helpers); i++) {
		AUTO_FREE char *path = NULL;
		if (helper_find(helpers[i].name, helpers[i].variable, &path) < 0 || !starts(path))
			findings_add(findings, FINDING_FAULT, "helpers", DOCTOR_REINSTALL,
				"the helper %s is missing or cannot be started", helpers[i].name);
	}
}
