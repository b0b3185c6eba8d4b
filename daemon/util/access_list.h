/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Access control lists of files (acl(5)), as the kernel hands them out: what one gives to somebody else. udev and
 * logind give whoever sits at the machine a right to a device that way. */

#include "util/machine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/* Whether a list gives a person a right (R_OK, W_OK, X_OK), by the rules of acl(5).
 *
 * list, size  the attribute "system.posix_acl_access"
 * st          of the same file: its owner and its group
 * A list that cannot be read gives nobody anything. */
bool access_list_allows(const uint8_t *list, size_t size, const struct stat *st,
	const struct machine_person *person, int want);
