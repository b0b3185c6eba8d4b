/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Whether a file of a folder is complete. A folder is read when it was quiet for a while, but a reading that
 * is already under way meets files that somebody has just begun to write. */

#include "import/tree.h"

#include <stdbool.h>

/* What one reading of a folder has waited so far; begins as { 0 }. */
struct fetch_settled {
	unsigned waited_ms;
};

/* Whether nobody writes the file any more: no program has it open for writing (the kernel tells the owner of
 * a file only), and it did not change within the last two seconds. Waits for those two seconds, in all not
 * longer than four in one reading. What is not settled is left for the next reading, which the end of the
 * writing brings about. A date in the future says nothing and counts as settled. */
bool fetch_is_settled(struct fetch_settled *settled, const struct tree_file *file);
