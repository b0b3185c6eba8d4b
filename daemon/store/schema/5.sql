-- SPDX-License-Identifier: GPL-3.0-or-later
-- Version 5: originals on their way to the feed folder.

-- Stored files whose originals are still to be placed there.
CREATE TABLE feed (
  file_id INTEGER PRIMARY KEY REFERENCES file (id) ON DELETE CASCADE
) STRICT;
