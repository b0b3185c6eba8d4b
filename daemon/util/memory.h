/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A daemon that sleeps most of the day gives back what it does not need while it sleeps. */

/* Returns free heap to the system, and lets go of unchanged pages of files (program text and constants),
 * which come back from the page cache when they are needed. Takes a few milliseconds. */
void memory_settle(void);
