/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The first steps, one after the other. Each looks first at what is there: what is set up is shown and not asked
 * again. Each ends by itself, so that whatever was answered stays when the rest is done another day. */

#include "cli/setup.h"

enum setup_end setup_step_service(struct setup *setup);
enum setup_end setup_step_group(struct setup *setup);
enum setup_end setup_step_runner(struct setup *setup);
enum setup_end setup_step_phone(struct setup *setup);
enum setup_end setup_step_test(struct setup *setup);
enum setup_end setup_step_others(struct setup *setup);
enum setup_end setup_step_watch(struct setup *setup);

/* Without questions. system: else as user service. */
enum setup_end setup_switch_service(struct setup *setup, bool system);
enum setup_end setup_keep_others_off(bool on);
