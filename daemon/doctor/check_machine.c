/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clock, time zone, and what the kernel must give for the helpers' cages. */
#include "doctor/checks.h"

#include "base/cleanup.h"
#include "base/num.h"
#include "doctor/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#define YEARS_AHEAD_MS INT64_C(788940000000) /* 25 years */
#define AHEAD_LEAST_MS INT64_C(600000)       /* below, two clocks may just differ */

static const char set_clock[] = "sudo timedatectl set-ntp true";

/* The latest thing that the store knows to have happened; INT64_MIN: nothing. */
static int64_t latest_ms(struct store *store)
{
	AUTO_FREE char *import = NULL;
	AUTO_FREE char *tick = NULL;
	int64_t import_ms = INT64_MIN, tick_s = 0;
	if (store_get_fact(store, "last_import", &import) == 0 && import)
		(void)clock_parse(import, &import_ms);
	if (store_get_fact(store, "last_tick_s", &tick) == 0 && tick &&
		num_int(tick, strlen(tick), 0, INT64_MAX / 1000, &tick_s) == 0 &&
		tick_s * 1000 > import_ms)
		return tick_s * 1000;
	return import_ms;
}

void check_clock_is_right(const struct doctor *doctor, struct findings *findings)
{
	char now[CLOCK_TEXT_BYTES], then[CLOCK_TEXT_BYTES];
	int64_t latest = doctor->store ? latest_ms(doctor->store) : INT64_MIN;
	if (doctor->now_ms < INT64_C(1000) * KNEAD_BUILD_S - INT64_C(86400000))
		findings_add(findings, FINDING_FAULT, "clock", set_clock,
			"the clock says %s, which is before Knead was built",
			clock_format(doctor->now_ms, now));
	else if (doctor->now_ms > INT64_C(1000) * KNEAD_BUILD_S + YEARS_AHEAD_MS)
		findings_add(findings, FINDING_FAULT, "clock", set_clock,
			"the clock says %s, which is many years after Knead was built",
			clock_format(doctor->now_ms, now));
	else if (latest != INT64_MIN && latest > doctor->now_ms + AHEAD_LEAST_MS)
		findings_add(findings, FINDING_FAULT, "clock", set_clock,
			"the clock says %s, which is before the latest import or look (%s)",
			clock_format(doctor->now_ms, now), clock_format(latest, then));
}

static bool has(const char *answer, const char *name, const char *value)
{
	char word[16];
	return strcmp(command_value(answer, name, word, sizeof word), value) == 0;
}

void check_clock_is_kept(const struct doctor *doctor, struct findings *findings)
{
	/* unlike systemctl it takes no list of them */
	static const char *const arguments[] = { "timedatectl", "show", "--property=CanNTP",
		"--property=NTP", "--property=NTPSynchronized", NULL };
	char answer[256];
	(void)doctor;
	if (command_ask(arguments, answer, sizeof answer) != 0 ||
		!has(answer, "NTPSynchronized", "no"))
		return;
	findings_add(findings, FINDING_FAULT, "clock-sync",
		has(answer, "CanNTP", "no") ? "sudo apt install systemd-timesyncd"
		: has(answer, "NTP", "yes") ? "check the network, then: timedatectl "
					      "timesync-status"
					    : set_clock,
		has(answer, "NTP", "yes")
			? "this machine's clock waits for a time server; receivers refuse messages "
			  "that are signed five minutes off"
			: "nothing keeps this machine's clock right; receivers refuse messages "
			  "that are signed five minutes off");
}

void check_zone_is_known(const struct doctor *doctor, struct findings *findings)
{
	char path[PATH_MAX], head[4] = "";
	if (!doctor->conf || *doctor->conf->runner.time_zone)
		return;
	AUTO_FCLOSE FILE *file = fopen(machine_path("/etc/localtime", path), "re");
	if (file && fread(head, sizeof head, 1, file) == 1 && memcmp(head, "TZif", 4) == 0)
		return;
	findings_add(findings, FINDING_FAULT, "time-zone",
		"sudo timedatectl set-timezone Europe/Berlin (yours: timedatectl list-timezones)",
		"the time zone is not known, so that days begin at midnight in Greenwich");
}

void check_usb_is_there(const struct doctor *doctor, struct findings *findings)
{
	/* whoever follows folders may need none */
	if (doctor->watches.no_usb && doctor->conf && !doctor->conf->folders_n)
		findings_add(findings, FINDING_FAULT, "usb",
			"sudo modprobe usbcore (in a virtual machine: give it a USB controller)",
			"this machine shows no USB at all, and no folder is followed, so that "
			"nothing comes in");
}

void check_landlock_is_there(const struct doctor *doctor, struct findings *findings)
{
	(void)doctor;
	if (syscall(SYS_landlock_create_ruleset, NULL, (size_t)0,
		    (unsigned)LANDLOCK_CREATE_RULESET_VERSION) < 0)
		findings_add(findings, FINDING_FAULT, "landlock",
			"add landlock to lsm= on the kernel's command line (in use: cat "
			"/sys/kernel/security/lsm)",
			"this kernel has no Landlock, one of the two walls around the helpers");
}

void check_seccomp_is_there(const struct doctor *doctor, struct findings *findings)
{
	unsigned action = SECCOMP_RET_KILL_PROCESS;
	(void)doctor;
	if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0u, &action) < 0)
		findings_add(findings, FINDING_UNUSABLE, "seccomp",
			"use a kernel with CONFIG_SECCOMP_FILTER, such as Debian's",
			"this kernel cannot limit system calls, and the helpers refuse to work "
			"without");
}
