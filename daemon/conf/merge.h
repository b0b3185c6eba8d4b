/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* One file after the other becomes sections and assignments. */

#include "conf/origins.h"

/* Takes the text of one file; what is wrong in it goes to problems. Returns 0; -ENOMEM. */
int merge_text(struct conf_origins *origins, const char *file, const char *text, size_t size,
	struct problems *problems);
