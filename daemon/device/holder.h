/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Who has the node of a watch open. Only processes of the same user can be seen, so a system service finds none. */

#include <stdbool.h>
#include <stddef.h>

#define HOLDER_NAME_BYTES 32u

struct holder {
	int pid;
	char name[HOLDER_NAME_BYTES]; /* "gvfsd-mtp"; as the process calls itself */
};

/* node: "/dev/bus/usb/001/004". The caller itself does not count. Returns false when nobody is seen. */
bool holder_find(const char *node, struct holder *ret);

/* What a runner can do about it: a sentence without a full stop, with the command that helps. NULL: nobody is
 * seen, the usual ones are named. */
void holder_advice(const struct holder *holder, char *ret, size_t room);
