/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/setup.h"

#include "cli/config.h"
#include "cli/say.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void setup_show(const char *what, const char *value)
{
	(void)printf("%-12s ", what);
	cli_print_clean(value);
	(void)putchar('\n');
}

enum setup_end setup_end_of(int asked)
{
	return asked > 0 ? SETUP_NEXT : asked == 0 ? SETUP_OVER : SETUP_FAILED;
}

bool setup_reread(struct setup *setup)
{
	conf_paths_done(&setup->paths);
	setup->conf = conf_free(setup->conf);
	return cli_paths(setup->context, &setup->paths) == CLI_DONE &&
	       cli_conf(&setup->paths, &setup->conf) == CLI_DONE;
}

static const char *person(void)
{
	const char *caller = getenv("SUDO_USER");
	const struct passwd *user = getpwuid(getuid());
	if (geteuid() == 0 && caller && *caller)
		return caller;
	return user ? user->pw_name : "you";
}

void setup_init(struct setup *setup, struct cli_context *context)
{
	*setup = (struct setup) { .context = context, .root = geteuid() == 0, .person = person() };
	machine_service(&setup->service);
}

void setup_done(struct setup *setup)
{
	conf_paths_done(&setup->paths);
	setup->conf = conf_free(setup->conf);
}
