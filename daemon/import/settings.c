/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/settings.h"

void decide_settings_of(
	const struct conf *conf, struct decide_target *targets, struct decide_settings *ret)
{
	for (size_t i = 0; i < conf->webhooks_n; i++)
		targets[i] = (struct decide_target) { .name = conf->webhooks[i].name,
			.events = conf->webhooks[i].events };
	/* conf keeps the values of both in the order of the policy's own */
	*ret = (struct decide_settings) {
		.policy = { .sensitivity = (enum sensitivity)conf->runner.sensitivity,
			.timing = (enum timing)conf->runner.timing },
		.day_start_h = conf->runner.day_start_h,
		.runner = conf->runner.name,
		.targets = targets,
		.targets_n = conf->webhooks_n,
	};
}
