-- SPDX-License-Identifier: GPL-3.0-or-later
-- Version 6: files of a watch that cannot be taken are none that came in.

-- Of the latest reading; they used to count among `got`.
ALTER TABLE watch ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
