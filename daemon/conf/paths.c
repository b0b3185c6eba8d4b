/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf/paths.h"

#include "base/cleanup.h"
#include "util/machine.h"

#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYSTEM_STATE "/var/lib/knead"
#define SYSTEM_CONFIG "/etc/knead/kneadd.conf"

void conf_paths_done(struct conf_paths *paths)
{
	free(paths->config);
	free(paths->state);
	*paths = (struct conf_paths) { 0 };
}

/* Whatever stands there, or hides behind a folder that may not be searched, exists. */
static bool exists(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

static const char *home(void)
{
	const char *variable = getenv("HOME");
	if (variable && *variable == '/')
		return variable;
	const struct passwd *user = getpwuid(getuid());
	return user && user->pw_dir && *user->pw_dir == '/' ? user->pw_dir : NULL;
}

__attribute__((format(printf, 2, 3))) static int print(char **ret, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *text;
	int n = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (n < 0)
		return -ENOMEM;
	*ret = text;
	return 0;
}

/* A folder of the XDG base directory specification; relative ones are ignored, as it says. */
static int in_xdg(const char *variable, const char *below_home, const char *name, char **ret)
{
	const char *folder = getenv(variable);
	if (folder && *folder == '/')
		return print(ret, "%s/%s", folder, name);
	const char *user = home();
	if (!user)
		return -ENOENT;
	return print(ret, "%s/%s/%s", user, below_home, name);
}

static bool same(const char *a, const char *b)
{
	size_t x = strlen(a), y = strlen(b);
	while (x > 1 && a[x - 1] == '/')
		x--;
	while (y > 1 && b[y - 1] == '/')
		y--;
	return x == y && strncmp(a, b, x) == 0;
}

static int find_state(const char *system_state, const char *asked, char **ret)
{
	if (asked && *asked)
		return print(ret, "%s", asked);
	const char *service = getenv("STATE_DIRECTORY");
	if (service && *service) /* the first of several */
		return print(ret, "%.*s", (int)strcspn(service, ":"), service);
	if (exists(system_state))
		return print(ret, "%s", system_state);
	return in_xdg("XDG_STATE_HOME", ".local/state", "knead", ret);
}

int conf_paths_find_in(const char *system_state, const char *system_config, const char *arg_state,
	const char *arg_config, struct conf_paths *ret)
{
	CLEANUP(conf_paths_done) struct conf_paths paths = { 0 };
	int r = find_state(system_state, arg_state, &paths.state);
	if (r < 0)
		return r;
	paths.system = same(paths.state, system_state);
	paths.config_asked = arg_config != NULL;
	if (arg_config)
		r = print(&paths.config, "%s", arg_config);
	else if (paths.system)
		r = print(&paths.config, "%s", system_config);
	else
		r = in_xdg("XDG_CONFIG_HOME", ".config", "knead/kneadd.conf", &paths.config);
	if (r < 0)
		return r;
	ret->config = TAKE_PTR(paths.config);
	ret->config_asked = paths.config_asked;
	ret->state = TAKE_PTR(paths.state);
	ret->system = paths.system;
	return 0;
}

/* Installed below /usr/local, the settings are below /usr/local/etc, unless /etc has some. */
static const char *system_config(char path[PATH_MAX])
{
	static const char installed[] = KNEAD_SYSCONF_DIR "/knead/kneadd.conf";
	return !exists(machine_path(SYSTEM_CONFIG, path)) && exists(installed) ? installed : path;
}

int conf_paths_find(const char *arg_state, const char *arg_config, struct conf_paths *ret)
{
	char state[PATH_MAX], config[PATH_MAX];
	return conf_paths_find_in(machine_path(SYSTEM_STATE, state), system_config(config),
		arg_state, arg_config, ret);
}
