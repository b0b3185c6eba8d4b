/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "helper/helper.h"

#include "base/cleanup.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char installed[] = KNEAD_LIBEXECDIR "/knead/kneadd-parse";

/* In a build tree programs are in daemon/cli and daemon/kneadd, and kneadd-parse in daemon/helpers. */
static char *beside_this_program(void)
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
		return asprintf(&path, "%.*s/daemon/helpers/kneadd-parse", base, exe) < 0 ? NULL
											  : path;
	}
	return NULL;
}

int helper_find_parse(char **ret)
{
	AUTO_FREE char *path = NULL;
#ifdef KNEAD_TEST_CLOCK
	const char *named = getenv("KNEAD_PARSE_HELPER");
	if (named)
		path = strdup(named);
#endif
	if (!path)
		path = beside_this_program();
	if (!path)
		path = strdup(installed);
	if (!path)
		return -ENOMEM;
	if (access(path, X_OK) < 0)
		return -errno;
	*ret = TAKE_PTR(path);
	return 0;
}
