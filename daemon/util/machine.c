/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "util/machine.h"

#include "base/cleanup.h"
#include "util/access_list.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define GROUPS_MAX 256
#define LIST_BYTES 4096u /* some five hundred entries; a longer one counts as none */

static const char *test_root(void)
{
#ifdef KNEAD_TEST_CLOCK
	return getenv("KNEAD_TEST_ROOT");
#else
	return NULL;
#endif
}

char *machine_path(const char *path, char ret[PATH_MAX])
{
	const char *root = test_root();
	(void)snprintf(ret, PATH_MAX, "%s%s", root ? root : "", path);
	return ret;
}

/* In a test's tables of its own. */
static struct passwd *find_user(FILE *table)
{
	struct passwd *user = NULL;
	while (table && (user = fgetpwent(table)) &&
		strcmp(user->pw_name, MACHINE_SERVICE_NAME) != 0) {}
	return user;
}

static struct group *find_group(FILE *table)
{
	struct group *group = NULL;
	while (table && (group = fgetgrent(table)) &&
		strcmp(group->gr_name, MACHINE_SERVICE_NAME) != 0) {}
	return group;
}

static const struct passwd *service_user(void)
{
	char path[PATH_MAX];
	if (!test_root())
		return getpwnam(MACHINE_SERVICE_NAME);
	AUTO_FCLOSE FILE *table = fopen(machine_path("/etc/passwd", path), "re");
	return find_user(table);
}

static const struct group *service_group(void)
{
	char path[PATH_MAX];
	if (!test_root())
		return getgrnam(MACHINE_SERVICE_NAME);
	AUTO_FCLOSE FILE *table = fopen(machine_path("/etc/group", path), "re");
	return find_group(table);
}

void machine_service(struct machine_service *ret)
{
	const struct passwd *user = service_user();
	const struct group *group = service_group();
	*ret = (struct machine_service) { .has_user = user != NULL,
		.has_group = group != NULL,
		.uid = user ? user->pw_uid : (uid_t)-1,
		.gid = group ? group->gr_gid : (gid_t)-1 };
}

/* In a test's tables of its own. */
static int find_groups(FILE *table, gid_t ret[MACHINE_GROUPS_MAX])
{
	int n = 0;
	for (struct group *group; table && n < MACHINE_GROUPS_MAX && (group = fgetgrent(table));)
		for (char **member = group->gr_mem; *member; member++)
			if (strcmp(*member, MACHINE_SERVICE_NAME) == 0 && n < MACHINE_GROUPS_MAX)
				ret[n++] = group->gr_gid;
	return n;
}

void machine_service_person(const struct machine_service *service, struct machine_person *ret)
{
	char path[PATH_MAX];
	int n = MACHINE_GROUPS_MAX;
	*ret = (struct machine_person) { .uid = service->uid, .gid = service->gid };
	if (!service->has_user)
		return;
	if (test_root()) {
		AUTO_FCLOSE FILE *table = fopen(machine_path("/etc/group", path), "re");
		ret->groups_n = find_groups(table, ret->groups);
	} else if (getgrouplist(MACHINE_SERVICE_NAME, service->gid, ret->groups, &n) >= 0) {
		ret->groups_n = n;
	}
}

bool machine_service_has_member(const char *user)
{
	const struct group *group = service_group();
	for (char **member = group ? group->gr_mem : NULL; member && *member; member++)
		if (strcmp(*member, user) == 0)
			return true;
	return false;
}

bool machine_is_member(gid_t gid)
{
	gid_t groups[GROUPS_MAX];
	int n = getgroups(GROUPS_MAX, groups);
	for (int i = 0; i < n; i++)
		if (groups[i] == gid)
			return true;
	return getegid() == gid;
}

static bool is_in_group(const struct machine_person *person, gid_t gid)
{
	for (int i = 0; i < person->groups_n; i++)
		if (person->groups[i] == gid)
			return true;
	return person->gid == gid;
}

static bool mode_allows(const struct machine_person *person, const struct stat *st, int want)
{
	mode_t mode = st->st_mode;
	if (person->uid == 0)
		return true;
	if (person->uid == st->st_uid)
		mode >>= 6;
	else if (is_in_group(person, st->st_gid))
		mode >>= 3;
	return ((int)mode & want) == want;
}

static bool allows(const struct machine_person *person, const char *path, int want)
{
	struct stat st;
	uint8_t list[LIST_BYTES];
	if (stat(path, &st) < 0)
		return false;
	ssize_t size = getxattr(path, "system.posix_acl_access", list, sizeof list);
	return size > 0 ? access_list_allows(list, (size_t)size, &st, person, want)
			: mode_allows(person, &st, want);
}

bool machine_may(const struct machine_person *person, const char *path, int want)
{
	if (person->uid == geteuid())
		return access(path, want) == 0;
	AUTO_FREE char *whole = realpath(path, NULL);
	if (!whole || !allows(person, whole, want))
		return false;
	for (char *slash = strrchr(whole, '/'); slash && slash != whole;
		slash = strrchr(whole, '/')) {
		*slash = '\0';
		if (!allows(person, whole, X_OK))
			return false;
	}
	return true;
}

/* What the last three bits of the mode give, to those whom nothing else gives more. */
static bool anybody_may(const char *path, mode_t bit, int want)
{
	const struct machine_person nobody = { .uid = (uid_t)-2, .gid = (gid_t)-2 };
	struct stat st;
	return stat(path, &st) == 0 && (st.st_mode & bit) && machine_may(&nobody, path, want);
}

bool machine_anybody_reads(const char *path)
{
	return anybody_may(path, S_IROTH, R_OK);
}

bool machine_anybody_writes(const char *path)
{
	return anybody_may(path, S_IWOTH, W_OK);
}
