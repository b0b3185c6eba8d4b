/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* A desktop that has taken a watch: GNOME shows its files below $XDG_RUNTIME_DIR/gvfs. */

#include <stdbool.h>
#include <stddef.h>

/* The folder in which the desktop of this user shows the watch with that serial number. Only its own user
 * can see it, so a system service never does. Returns false when there is none. */
bool desktop_find(const char *serial, char *ret, size_t room);
