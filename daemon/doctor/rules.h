/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The rules of udev that let kneadd at a watch. */

#include <stdbool.h>

#define RULES_PATH_BYTES 160u

/* Whether a file of the same name takes the place of the package's rules, as one that was copied into /etc by hand
 * long ago does. ret: that file. */
bool rules_are_hidden(char ret[RULES_PATH_BYTES]);
