/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rule that keeps a desktop's programs off Garmin watches; off unless somebody wants it. */
#include "cli/setup_steps.h"

#include "base/cleanup.h"
#include "cli/say.h"
#include "cli/shown.h"
#include "conf/drop_in.h"
#include "conf/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RULE "61-kneadd-keep-others-off.rules"
#define SHIPPED KNEAD_DATA_DIR "/knead/udev/" RULE
#define IN_FORCE "/etc/udev/rules.d/" RULE
#define RULE_MAX_BYTES 65536u

static int take_away(const char *path)
{
	return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}

enum setup_end setup_keep_others_off(bool on)
{
	char path[PATH_MAX], shipped[PATH_MAX];
	AUTO_FREE char *text = NULL;
	size_t size = 0;
	const struct drop_in_rights rights = {
		.mode = 0644, .folder_mode = 0755, .gid = (gid_t)-1
	};
	(void)machine_path(IN_FORCE, path);
	int r = 0;
	if (on)
		r = file_load(
			AT_FDCWD, machine_path(SHIPPED, shipped), RULE_MAX_BYTES, &text, &size);
	if (r < 0)
		return (enum setup_end)cli_fail(SETUP_FAILED, "cannot read the rule", shipped,
			"%s; install Knead again", strerror(-r));
	r = on ? drop_in_write(path, text, &rights, true) : take_away(path);
	if (r == -EACCES || r == -EPERM)
		return (enum setup_end)cli_fail(SETUP_FAILED, "no right to write", path,
			"sudo knead setup --keep-others-off %s", on ? "on" : "off");
	if (r < 0)
		return (enum setup_end)cli_fail_errno(SETUP_FAILED, "cannot write", path, r);
	if (SHOWN("udevadm", "control", "--reload") != 0)
		return SETUP_FAILED;
	(void)puts(on ? "Kept off: Garmin watches that are plugged in from now on."
		      : "Let in: to Garmin watches that are plugged in from now on.");
	return SETUP_NEXT;
}

/* Where there is none, nobody would take a watch away. */
static bool has_desktop(void)
{
	static const char *const programs[] = { "/usr/libexec/gvfsd-mtp", "/usr/lib/gvfs/gvfsd-mtp",
		"/usr/bin/dolphin", "/usr/bin/kiod5" };
	char path[PATH_MAX];
	for (size_t i = 0; i < ARRAY_SIZE(programs); i++)
		if (access(machine_path(programs[i], path), X_OK) == 0)
			return true;
	return false;
}

enum setup_end setup_step_others(struct setup *setup)
{
	char path[PATH_MAX];
	bool yes = false;
	if (access(machine_path(IN_FORCE, path), F_OK) == 0) {
		setup_show("Others",
			"kept off Garmin watches (sudo knead setup --keep-others-off off)");
		return SETUP_NEXT;
	}
	if (!has_desktop()) {
		setup_show("Others", "no file manager here that would take the watch");
		return SETUP_NEXT;
	}
	if (!setup->root) {
		setup_show("Others", "may take the watch (sudo knead setup --keep-others-off on)");
		return SETUP_NEXT;
	}
	(void)puts("A file manager may hold the watch just when Knead wants to read it. It can be\n"
		   "kept off; then it shows no Garmin watch any more, and copies no music to it.");
	int r = ask_yes("Keep other programs off Garmin watches", false, &yes);
	return r <= 0 || !yes ? setup_end_of(r) : setup_keep_others_off(true);
}
