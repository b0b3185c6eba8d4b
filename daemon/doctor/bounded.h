/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Questions that may never be answered: a name server that is silent, a file system whose server is gone. */

/* Asks in a process of its own, which is ended when the time is up.
 *
 * ask  what it returns, 0 to 255, is the answer; it may use nothing of the store
 * Returns the answer; -ETIME; -EIO when it crashed; other negative errno. */
int bounded_ask(int (*ask)(const void *of), const void *of, unsigned ms);
