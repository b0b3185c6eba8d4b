/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The list of system calls of each helper, by libseccomp. */

#include "sandbox/sandbox.h"

/* Puts the list in force. Returns 0; a negative errno. */
int syscalls_restrict(enum sandbox_kind kind);
