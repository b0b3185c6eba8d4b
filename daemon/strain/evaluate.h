/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Parts of an evaluation that the alert rules ask for alone. Only the files of this folder see this. */

#include "strain/scores.h"

/* Highest shown soreness score that is expected from at_h to 48 h later, if nothing more is done. */
double soreness_expected(const struct strain_model *model, double known_h, double at_h);

/* True while the runner's own flag holds suggestions. */
bool flag_is_on(const struct strain_model *model, double at_h);

/* The last massage up to at_h; NAN: none. */
double last_massage_h(const struct strain_model *model, double at_h);

/* End of the last activity that had ended at at_h; NAN: none. */
double last_activity_h(const struct strain_model *model, double at_h);
