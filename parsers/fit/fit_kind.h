/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What kind of file it is: by its FIT file type, else by what it holds. */

#include "activity/activity.h"

enum file_kind fit_kind_of_type(unsigned type);
enum file_kind fit_kind_of_messages(const struct decoded_file *file);
