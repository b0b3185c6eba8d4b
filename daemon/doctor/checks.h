/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A package that came as a file is no longer to be had from apt. */
#define DOCTOR_REINSTALL "sudo apt install --reinstall ./knead_*.deb"

/* Every check there is: X(function, name). The order is that in which they are told: what keeps others from
 * working comes first. */

#include "doctor/doctor.h"

#define DOCTOR_CHECKS(X)                           \
	X(settings_errors, "settings")             \
	X(settings_readable, "settings-rights")    \
	X(settings_closed, "settings-modes")       \
	X(settings_hold, "settings-read")          \
	X(secrets_hidden, "secrets")               \
	X(secrets_readable, "secret-rights")       \
	X(accounts, "accounts")                    \
	X(store_opens, "store")                    \
	X(store_is_whole, "store-damage")          \
	X(store_is_private, "store-modes")         \
	X(store_is_writable, "store-rights")       \
	X(store_layout, "store-layout")            \
	X(store_is_near, "store-place")            \
	X(originals_are_there, "originals")        \
	X(spool_is_empty, "spool")                 \
	X(refused_files, "refused")                \
	X(disk_has_room, "disk")                   \
	X(one_service, "services")                 \
	X(service_runs, "service")                 \
	X(service_user, "service-unit")            \
	X(service_starts_again, "service-enabled") \
	X(service_stays, "service-linger")         \
	X(service_is_current, "service-current")   \
	X(helpers_are_there, "helpers")            \
	X(group_membership, "group")               \
	X(rules_installed, "udev-rules")           \
	X(udev_runs, "udev")                       \
	X(device_tables, "device-tables")          \
	X(watch_can_be_opened, "watch-rights")     \
	X(watch_is_free, "watch-held")             \
	X(watch_mode, "watch-mode")                \
	X(watch_is_mounted, "watch-mount")         \
	X(watch_is_seen, "watch-seen")             \
	X(folders_can_be_followed, "folders")      \
	X(folders_are_near, "folder-place")        \
	X(feed_is_open, "feed")                    \
	X(clock_is_right, "clock")                 \
	X(clock_is_kept, "clock-sync")             \
	X(zone_is_known, "time-zone")              \
	X(usb_is_there, "usb")                     \
	X(landlock_is_there, "landlock")           \
	X(seccomp_is_there, "seccomp")             \
	X(phone_is_set_up, "phone")                \
	X(certificates_are_there, "certificates")  \
	X(webhooks_stand, "webhook")               \
	X(queue_moves, "queue")                    \
	X(webhook_is_reached, "webhook-reach")

#define DOCTOR_CHECK_PROTOTYPE(function, name) \
	void check_##function(const struct doctor *doctor, struct findings *findings);
DOCTOR_CHECKS(DOCTOR_CHECK_PROTOTYPE)
#undef DOCTOR_CHECK_PROTOTYPE
