/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A daemon that sleeps most of the day gives back what it does not need while it sleeps. */

/* Returns free heap to the system, and lets go of the pages of program text (its own and the libraries'),
 * which are files and come back by themselves when they are run. Takes under a millisecond. */
void memory_settle(void);
