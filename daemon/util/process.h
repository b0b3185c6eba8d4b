/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What a process may find when it begins, whoever started it. */

/* Descriptors 0 to 2 that are closed become /dev/null, opened with these flags (O_RDONLY, O_RDWR): else the next file
 * that is opened, be it the store, would get what is meant for people. */
void process_fill_standard(int flags);

/* A limit to the size of files (LimitFSIZE=) is an error of the write, with a sentence, and not the end. */
void process_outlive_limits(void);
