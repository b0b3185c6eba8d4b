/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which service: the system's or the user's, never both; the store goes along. */
#include "cli/setup.h"

#include "base/cleanup.h"
#include "cli/say.h"
#include "cli/shown.h"
#include "doctor/unit.h"
#include "store/store_query.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SYSTEM_STATE "/var/lib/knead"

/* systemctl --user VERB --now kneadd, as root for whoever called sudo. */
static bool user_service(const char *verb)
{
	char machine[UNIT_MACHINE_BYTES];
	const char *with = unit_machine(machine);
	if (with)
		return SHOWN("systemctl", "--user", with, verb, "--now", "kneadd") == 0;
	return SHOWN("systemctl", "--user", verb, "--now", "kneadd") == 0;
}

static bool system_service(const char *verb)
{
	return SHOWN("systemctl", verb, "--now", "kneadd") == 0;
}

/* Whether there is something in a store that would be missed. What cannot be opened counts. */
static bool is_worth(const char *state)
{
	struct store *store = NULL;
	char why[STORE_WHY_BYTES], path[PATH_MAX];
	size_t n = 0;
	(void)snprintf(path, sizeof path, "%.4000s/knead.db", state);
	if (access(path, F_OK) < 0)
		return false;
	bool worth = store_open(state, STORE_READ, &store, why) < 0 ||
		     store_count_activities(store, &n) < 0 || n > 0;
	(void)store_close(store);
	return worth;
}

/* Where the store of a user's own service is, as its unit names it. */
static bool user_state(const struct setup *setup, char ret[PATH_MAX])
{
	const char *home = getenv("HOME");
	const struct passwd *user = setup->root ? getpwnam(setup->person) : NULL;
	if (user)
		home = user->pw_dir;
	return home && *home == '/' &&
	       snprintf(ret, PATH_MAX, "%s/.local/state/knead", home) < PATH_MAX;
}

/* Out of the way under another name: nothing is deleted. */
static bool put_aside(const char *state)
{
	char aside[PATH_MAX + 16];
	(void)snprintf(aside, sizeof aside, "%s.moved", state);
	return access(state, F_OK) < 0 || SHOWN("mv", "-T", "--backup=numbered", state, aside) == 0;
}

static bool copy_store(const char *from, const char *to, const char *owner, const char *modes)
{
	return put_aside(to) && SHOWN("cp", "-aT", from, to) == 0 &&
	       SHOWN("chown", "-R", owner, to) == 0 && SHOWN("chmod", "-R", modes, to) == 0;
}

static enum setup_end to_system(struct setup *setup)
{
	char here[PATH_MAX], system[PATH_MAX];
	struct unit_state user;
	if (!setup->root)
		return (enum setup_end)cli_fail(SETUP_OVER, "no right to start",
			"the system service", "sudo knead setup --service system");
	(void)machine_path(SYSTEM_STATE, system);
	unit_ask(true, &user);
	if (unit_is_on(&user) && !user_service("disable"))
		return SETUP_FAILED;
	if (user_state(setup, here) && is_worth(here) && !is_worth(system)) {
		(void)puts("Your own store goes along:");
		if (SHOWN("systemctl", "stop", "kneadd") != 0 ||
			!copy_store(here, system, MACHINE_SERVICE_NAME ":" MACHINE_SERVICE_NAME,
				"u+rwX,g+rwXs,o=") ||
			!put_aside(here))
			return SETUP_FAILED;
	}
	return system_service("enable") ? SETUP_NEXT : SETUP_FAILED;
}

/* As root: the system's part of it. */
static bool leave_system(struct setup *setup, const char *system)
{
	char there[PATH_MAX], owner[160];
	(void)snprintf(owner, sizeof owner, "%.150s:", setup->person);
	if (!system_service("disable"))
		return false;
	if (is_worth(system) && user_state(setup, there) && !is_worth(there)) {
		(void)puts("The system's store goes along:");
		char *slash = strrchr(there, '/');
		*slash = '\0';
		bool made = SHOWN("runuser", "-u", setup->person, "--", "mkdir", "-p", there) == 0;
		*slash = '/';
		if (!made || !copy_store(system, there, owner, "u+rwX,g-s,go="))
			return false;
	}
	/* as long as it is there, knead takes it for the store */
	return put_aside(system);
}

static enum setup_end to_user(struct setup *setup)
{
	char system[PATH_MAX];
	bool there = access(machine_path(SYSTEM_STATE, system), F_OK) == 0;
	struct unit_state unit;
	unit_ask(false, &unit);
	if (there || unit_is_on(&unit)) {
		if (!setup->root)
			return (enum setup_end)cli_fail(SETUP_OVER, "no right to stop",
				"the system service", "sudo knead setup --service user");
		if (!leave_system(setup, system))
			return SETUP_FAILED;
	}
	if (!user_service("enable"))
		return SETUP_FAILED;
	(void)puts("It runs while you are logged in; to have it always: loginctl enable-linger");
	if (!setup->root)
		return SETUP_NEXT;
	(void)puts("Now, without sudo, for the rest: knead setup");
	return SETUP_OVER;
}

enum setup_end setup_switch_service(struct setup *setup, bool system)
{
	if (!unit_systemd_runs())
		return (enum setup_end)cli_fail(SETUP_FAILED, "no systemd here", "kneadd",
			"start it by hand: kneadd --state DIR");
	return system ? to_system(setup) : to_user(setup);
}

static enum setup_end ask_service(struct setup *setup)
{
	static const char as_system[] =
		"as system service: a box that is always on, such as a Raspberry Pi";
	static const char as_user[] =
		"as your own service: a desktop or laptop, while you are logged in";
	/* what this user can have at once comes first */
	const char *const choices[] = { setup->root ? as_system : as_user,
		setup->root ? as_user : as_system };
	size_t choice = 0;
	int r = ask_choice("How should Knead run?", choices, ARRAY_SIZE(choices), &choice);
	return r > 0 ? setup_switch_service(setup, (choice == 0) == setup->root) : setup_end_of(r);
}

/* Better said now than after all questions. */
static bool may_write(const struct setup *setup)
{
	char folder[PATH_MAX];
	(void)snprintf(folder, sizeof folder, "%s", setup->paths.config);
	char *slash = strrchr(folder, '/');
	if (!setup->paths.system || !slash)
		return true;
	*slash = '\0';
	if (access(folder, W_OK) == 0)
		return true;
	(void)cli_fail(0, "no right to write", folder,
		"the system service's settings are root's: sudo knead setup");
	return false;
}

enum setup_end setup_step_service(struct setup *setup)
{
	struct unit_state system, user;
	enum setup_end end = SETUP_NEXT;
	if (setup->context->state || setup->context->config) {
		setup_show("Service", "not touched, since --state or --config is given");
	} else if (!unit_systemd_runs()) {
		setup_show("Service", "systemd does not run here: start kneadd by hand");
	} else {
		unit_ask(false, &system);
		unit_ask(true, &user);
		bool one = unit_is_on(&system) != unit_is_on(&user);
		bool runs =
			strcmp(system.active, "active") == 0 || strcmp(user.active, "active") == 0;
		if (one && runs)
			setup_show("Service",
				unit_is_on(&system)
					? "runs as system service (knead setup --service "
					  "user switches)"
					: "runs as your own service (sudo knead setup "
					  "--service system switches)");
		else
			end = ask_service(setup);
	}
	if (end != SETUP_NEXT)
		return end;
	if (!setup_reread(setup))
		return SETUP_OVER;
	return may_write(setup) ? SETUP_NEXT : SETUP_OVER;
}

/* The members of the group use the command without sudo. */
enum setup_end setup_step_group(struct setup *setup)
{
	char question[160];
	bool yes = false;
	if (!setup->paths.system || !setup->service.has_group ||
		strcmp(setup->person, "root") == 0) {
		setup_show(
			"Rights", setup->paths.system ? "root may use every command" : "your own");
		return SETUP_NEXT;
	}
	if (machine_service_has_member(setup->person)) {
		setup_show("Rights", "in the group knead: every command without sudo");
		return SETUP_NEXT;
	}
	if (!setup->root) {
		setup_show("Rights", "not in the group knead; sudo adduser $USER knead");
		return SETUP_NEXT;
	}
	(void)snprintf(
		question, sizeof question, "Let %.64s use knead without sudo", setup->person);
	int r = ask_yes(question, true, &yes);
	if (r <= 0 || !yes)
		return setup_end_of(r);
	if (SHOWN("adduser", setup->person, MACHINE_SERVICE_NAME) != 0)
		return SETUP_FAILED;
	(void)puts("That counts from the next login on.");
	return SETUP_NEXT;
}
