/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "helper/find.h"

#include "helper/helper.h"

#include "base/cleanup.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char installed[] = KNEAD_LIBEXECDIR "/knead";

/* In a build tree programs are in daemon/cli and daemon/kneadd, and the helpers in daemon/helpers. */
static char *beside_this_program(const char *name)
{
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	if (n < 0)
		return NULL;
	exe[n] = '\0';
	static const char *const folders[] = { "/daemon/cli/knead", "/daemon/kneadd/kneadd" };
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		size_t length = strlen(folders[i]);
		if ((size_t)n <= length || strcmp(exe + n - length, folders[i]) != 0)
			continue;
		char *path = NULL;
		int base = (int)((size_t)n - length);
		return asprintf(&path, "%.*s/daemon/helpers/%s", base, exe, name) < 0 ? NULL : path;
	}
	return NULL;
}

static char *in_libexec(const char *name)
{
	char *path = NULL;
	return asprintf(&path, "%s/%s", installed, name) < 0 ? NULL : path;
}

int helper_find(const char *name, const char *variable, char **ret)
{
	AUTO_FREE char *path = NULL;
#ifdef KNEAD_TEST_CLOCK
	const char *named = getenv(variable);
	if (named)
		path = strdup(named);
#else
	(void)variable;
#endif
	if (!path)
		path = beside_this_program(name);
	if (!path)
		path = in_libexec(name);
	if (!path)
		return -ENOMEM;
	if (access(path, X_OK) < 0)
		return -errno;
	*ret = TAKE_PTR(path);
	return 0;
}

int helper_find_parse(char **ret)
{
	return helper_find("kneadd-parse", "KNEAD_PARSE_HELPER", ret);
}

int helper_find_daemon(char **ret)
{
	static const char built[] = "/daemon/cli/knead";
	char exe[PATH_MAX];
	char *path = NULL;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	if (n < 0)
		return -errno;
	exe[n] = '\0';
	size_t tail = sizeof built - 1;
	bool tree = (size_t)n > tail && strcmp(exe + n - tail, built) == 0;
	char *slash = strrchr(exe, '/');
	if (tree)
		exe[(size_t)n - tail] = '\0';
	else if (slash)
		*slash = '\0';
	if (asprintf(&path, "%s%s", exe, tree ? "/daemon/kneadd/kneadd" : "/kneadd") < 0)
		return -ENOMEM;
	if (access(path, X_OK) < 0) {
		int r = -errno;
		free(path);
		return r;
	}
	*ret = path;
	return 0;
}
