-- SPDX-License-Identifier: GPL-3.0-or-later
-- Version 3: the watches that were met on USB.

CREATE TABLE watch (
  source TEXT NOT NULL PRIMARY KEY,
  serial TEXT NOT NULL,
  usb_id TEXT NOT NULL,
  name TEXT NOT NULL,
  transport TEXT NOT NULL,
  -- what the tables advise; empty: nothing
  advice TEXT NOT NULL,
  -- what was in the way at the latest try, in words; empty: nothing
  trouble TEXT NOT NULL,
  -- the trouble that was said to the phone last, until a try succeeds
  said TEXT NOT NULL,
  here INTEGER NOT NULL CHECK (here IN (0, 1)),
  first_ms INTEGER NOT NULL,
  seen_ms INTEGER NOT NULL,
  -- the latest whole reading
  read_ms INTEGER,
  -- of the latest reading: files that were new, and how many of them came in
  wanted INTEGER NOT NULL,
  got INTEGER NOT NULL,
  -- since when the rest waits; NULL: nothing waits, or it was said
  cut_ms INTEGER
) STRICT, WITHOUT ROWID;
