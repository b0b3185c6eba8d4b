/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The cage of a helper that looks at bytes from outside. Entered once, after the start-up work and
 * before the first such byte; there is no way back out.
 *
 * In this order: resource limits, not dumpable, no new privileges, Landlock with every right that the
 * kernel knows handled and none granted, then the list of system calls. docs/sandbox.md has the whole
 * picture. */

#include "sandbox/landlock.h"

#include <stdbool.h>

enum sandbox_kind {
	/* kneadd-parse: reads descriptors that are open, computes, writes; opens nothing */
	SANDBOX_PARSE,
	/* kneadd-fetch with a watch: one device node, and two folders of the state directory */
	SANDBOX_FETCH,
	/* kneadd-fetch with a folder or a volume: reads it, and writes one folder of the state directory */
	SANDBOX_FOLDER,
	SANDBOX_KIND_COUNT,
};

#define SANDBOX_CPU_S 20u
#define SANDBOX_FETCH_CPU_S 300u
#define SANDBOX_MEMORY_BYTES (512ul << 20) /* address space, shared libraries included */
#define SANDBOX_FDS 16u
#define SANDBOX_FOLDER_FDS 96u /* two for each folder that leads to a file, 32 deep */

/* Whether this build installs the list of system calls. A sanitizer needs calls of its own and cannot
 * live under it, so such builds have everything but the list and the limit on address space. */
bool sandbox_has_syscall_list(void);

/* Enters. What a library may try is refused softly (opening files: EACCES); any other call that is not
 * on the list ends the process with SIGSYS.
 *
 * ret_landlock  false when this kernel has no Landlock: the rest holds all the same
 * Returns 0; a negative errno when any other part could not be put in force, and then the caller must
 * not go on. */
int sandbox_enter(enum sandbox_kind kind, bool *ret_landlock);

/* The same for a helper that must open some paths all the same. libusb does as it likes, so the list of
 * SANDBOX_FETCH names what is refused (EPERM) instead of what is allowed. That of SANDBOX_FOLDER names what is
 * allowed; whatever else is tried gets EPERM. Both have five minutes of CPU time. */
int sandbox_enter_with(enum sandbox_kind kind, const struct landlock_path *paths, size_t paths_n,
	bool *ret_landlock);
