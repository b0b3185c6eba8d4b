-- SPDX-License-Identifier: GPL-3.0-or-later
-- Version 2: numbers that depend on the runner's profile can be computed again without the file.

-- What is kept of a recording's samples (ipc/fields.h, fields_tally).
CREATE TABLE tally (
  recording_id INTEGER PRIMARY KEY REFERENCES recording (id) ON DELETE CASCADE,
  value BLOB NOT NULL
) STRICT;

-- Recordings that started within may hold numbers of an outdated profile; NULL: none.
CREATE TABLE stale (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  from_ms INTEGER,
  to_ms INTEGER
) STRICT;
INSERT INTO stale VALUES (1, NULL, NULL);

-- Reports of files that are being read again, until all are there (knead recompute).
CREATE TABLE fresh (
  file_id INTEGER PRIMARY KEY REFERENCES file (id) ON DELETE CASCADE,
  made_by TEXT NOT NULL,
  packets BLOB NOT NULL
) STRICT;
