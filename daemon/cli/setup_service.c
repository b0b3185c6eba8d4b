/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which service: the system's or the user's, never both; the store goes along. */
#include "cli/setup_steps.h"

#include "base/cleanup.h"
#include "cli/say.h"
#include "cli/setup_move.h"
#include "cli/shown.h"
#include "doctor/unit.h"

#include <fcntl.h>
#include <stdio.h>
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

/* The link by which the user's own systemd starts it, for when that systemd cannot be asked. */
static bool user_link(const struct setup *setup, char ret[PATH_MAX])
{
	struct setup_place user;
	if (!setup_place_find(setup, false, &user))
		return false;
	char *home_end = strstr(user.config, "/knead/kneadd.conf");
	*home_end = '\0';
	(void)snprintf(ret, PATH_MAX, "%.3900s/systemd/user/default.target.wants/kneadd.service",
		user.config);
	return faccessat(AT_FDCWD, ret, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Whether it was on is for who has to go back. */
static bool stop_user(const struct setup *setup, bool *ret_was_on)
{
	struct unit_state unit;
	char link[PATH_MAX];
	unit_ask(true, &unit);
	*ret_was_on = unit_is_on(&unit);
	if (*ret_was_on)
		return user_service("disable");
	return unit.known || !user_link(setup, link) || SHOWN("rm", link) == 0;
}

/* The one service could not take over: what was on goes on. */
static enum setup_end go_back(bool system_was_on, bool user_was_on)
{
	if (!system_was_on && !user_was_on)
		return SETUP_FAILED;
	(void)puts("That did not work. Back to what it was:");
	if ((user_was_on && !user_service("enable")) ||
		(system_was_on && !system_service("enable")))
		(void)cli_fail(0, "kneadd does not run", NULL, "knead doctor says what is wrong");
	return SETUP_FAILED;
}

/* From the user's own service, if there is one. Returns whether the system's runs with what was there. */
static bool take_over(struct setup *setup, const struct setup_place *system, bool *ret_copied)
{
	struct setup_place user;
	bool wrote = false;
	if (setup_place_find(setup, false, &user) &&
		(!setup_take_store(setup, &user, system, ret_copied) ||
			!setup_take_settings(setup, &user, system, &wrote)))
		return false;
	if (!system_service("enable"))
		return false;
	/* it may have run all the time */
	if (wrote && !*ret_copied)
		(void)SHOWN("systemctl", "reload", "kneadd");
	return !*ret_copied || setup_put_aside(user.state);
}

static enum setup_end to_system(struct setup *setup)
{
	struct setup_place system;
	struct unit_state unit;
	bool copied = false, user_was_on = false;
	if (!setup->root)
		return (enum setup_end)cli_fail(SETUP_OVER, "no right to start",
			"the system service", "sudo knead setup --service system");
	unit_ask(false, &unit);
	if (!setup_place_find(setup, true, &system) || !stop_user(setup, &user_was_on))
		return SETUP_FAILED;
	if (take_over(setup, &system, &copied))
		return SETUP_NEXT;
	if (user_was_on) {
		(void)system_service("disable");
		/* as long as it is there, knead takes it for the store */
		(void)setup_put_aside(system.state);
	}
	return go_back(!user_was_on && unit_is_on(&unit), user_was_on);
}

/* As root: all of it. */
static enum setup_end leave_system(struct setup *setup, bool was_on)
{
	struct setup_place user, system;
	bool copied = false, wrote = false;
	if (!setup_place_find(setup, true, &system) || !setup_place_find(setup, false, &user))
		return (enum setup_end)cli_fail(SETUP_FAILED, "no home", setup->person,
			"the store of a user's own service is kept there");
	if (!system_service("disable"))
		return SETUP_FAILED;
	bool done = setup_take_store(setup, &system, &user, &copied) &&
		    setup_take_settings(setup, &system, &user, &wrote) && user_service("enable");
	/* as long as it is there, knead takes it for the store */
	if (done)
		return setup_put_aside(system.state) ? SETUP_NEXT : SETUP_FAILED;
	if (copied)
		(void)setup_put_aside(user.state);
	return go_back(was_on, false);
}

static enum setup_end to_user(struct setup *setup)
{
	struct unit_state system_unit, user_unit;
	char system[PATH_MAX];
	bool there = access(machine_path(SYSTEM_STATE, system), F_OK) == 0;
	unit_ask(false, &system_unit);
	unit_ask(true, &user_unit);
	bool leaves = there || unit_is_on(&system_unit);
	if (leaves && !setup->root)
		return (enum setup_end)cli_fail(SETUP_OVER, "no right to stop",
			"the system service", "sudo knead setup --service user");
	/* before anything is switched off */
	if (!user_unit.known)
		return (enum setup_end)cli_fail(SETUP_FAILED, "no systemd of their own",
			setup->person,
			"log in as this user (not by su), after: sudo apt install "
			"libpam-systemd dbus-user-session");
	enum setup_end end = leaves ? leave_system(setup, unit_is_on(&system_unit))
			     : user_service("enable") ? SETUP_NEXT
						      : SETUP_FAILED;
	if (end == SETUP_NEXT)
		(void)printf("It runs while you are logged in; to have it always: %sloginctl "
			     "enable-linger %s\n",
			setup->root ? "sudo " : "", setup->root ? setup->person : "");
	return end;
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
	bool system = (choice == 0) == setup->root;
	enum setup_end end = r > 0 ? setup_switch_service(setup, system) : setup_end_of(r);
	if (end != SETUP_NEXT || system || !setup->root)
		return end;
	/* what comes now is the person's own */
	(void)puts("Now, without sudo, for the rest: knead setup");
	return SETUP_OVER;
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
