/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/config.h"

#include "base/cleanup.h"
#include "cli/say.h"

#include <errno.h>
#include <sys/stat.h>

int cli_paths(const struct cli_context *context, struct conf_paths *ret)
{
	int r = conf_paths_find(context->state, context->config, ret);
	if (r == -ENOENT)
		return cli_fail(CLI_STATE, "state", NULL,
			"there is no home directory to keep it in; give --state DIR");
	if (r < 0)
		return cli_fail_errno(CLI_STATE, "state", NULL, r);
	/* what root or a member of the group makes there is the service's, too */
	if (ret->system)
		(void)umask(0007);
	return CLI_DONE;
}

void cli_say_problems(const struct problems *problems)
{
	for (size_t i = 0; i < problems->n; i++)
		(void)cli_fail(0, "config", NULL, "%s", problems->list[i].text);
	size_t more = problems->errors + problems->warnings - problems->n;
	if (more)
		(void)cli_fail(0, "config", NULL, "and %zu more like these", more);
}

int cli_conf(const struct conf_paths *paths, struct conf **ret)
{
	CLEANUP(problems_done) struct problems problems = { 0 };
	int r = conf_load(paths->config, paths->config_asked, ret, &problems);
	cli_say_problems(&problems);
	if (r < 0 && r != -EBADMSG)
		return cli_fail_errno(CLI_STATE, "config", paths->config, r);
	return r < 0 ? CLI_STATE : CLI_DONE;
}
