/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The machine around the programs: its files by absolute path, and the system service's user and group. */

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#define MACHINE_SERVICE_NAME "knead" /* of the user and of the group */

/* A file of the system, "/var/lib/knead". Builds for tests look below $KNEAD_TEST_ROOT, so that a fault of a
 * machine can be made without one. Returns ret. */
char *machine_path(const char *path, char ret[PATH_MAX]);

struct machine_service {
	bool has_user, has_group;
	uid_t uid;
	gid_t gid;
};

/* Looks them up. What is not there is (uid_t)-1 and (gid_t)-1. */
void machine_service(struct machine_service *ret);

/* Whether a user of that name is a member of the service's group, as the system's tables have it; a process
 * that was started before has to log in again. */
bool machine_service_has_member(const char *user);

/* Whether this process is one now. */
bool machine_is_member(gid_t gid);

#define MACHINE_GROUPS_MAX 32

struct machine_person {
	uid_t uid;
	gid_t gid;
	gid_t groups[MACHINE_GROUPS_MAX]; /* besides gid */
	int groups_n;
};

/* The service's user, with the groups that the system's tables give it. */
void machine_service_person(const struct machine_service *service, struct machine_person *ret);

/* Whether a person may do that (R_OK, W_OK, X_OK) with a file or folder, and search the folders above it.
 * An access control list counts. Returns false for what is not there. */
bool machine_may(const struct machine_person *person, const char *path, int want);

/* Whether anybody at all may read it, or change it. */
bool machine_anybody_reads(const char *path);
bool machine_anybody_writes(const char *path);
