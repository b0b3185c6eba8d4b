/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Settings of the simulated watch as words: "packet=64", "fault=kind=stall,op=1009,at=5000". The same words
 * on the command line (with "--" before) and on the control pipe. */

#include "usb/watch.h"

/* Takes one setting into the profile; text is kept by the profile where it is a string (never freed).
 * Returns false with a sentence on stderr. */
bool option_set(struct watch_profile *profile, const char *text);
