/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The configuration as a decision wants it. */

#include "conf/conf.h"
#include "decide/decide.h"

/* targets  room for CONF_SECTIONS_MAX, borrowed by ret together with conf */
void decide_settings_of(
	const struct conf *conf, struct decide_target *targets, struct decide_settings *ret);
