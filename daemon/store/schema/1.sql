-- SPDX-License-Identifier: GPL-3.0-or-later
-- Version 1.
--
-- Instants are UTC milliseconds (_ms) unless they belong to the model (_h, hours since the epoch); days
-- are local days since 1970-01-01. NULL is "unknown". Measured and computed numbers are rounded to four
-- decimals when they are written. Enumerations are stored by number, so their members keep their
-- places: new ones go to the end. There is no column for a position, and there never is to be one.

-- Small facts by name.
CREATE TABLE fact (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Every content that was met, by its hash: stored (why is NULL) or refused.
CREATE TABLE file (
  id INTEGER PRIMARY KEY,
  sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
  format INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  why TEXT,
  parser_version INTEGER NOT NULL,
  archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
  imported_ms INTEGER NOT NULL,
  serial INTEGER,
  device_name TEXT
) STRICT;
CREATE INDEX file_refused ON file (imported_ms) WHERE why IS NOT NULL;

-- Where a content was seen: this is what makes a second plug-in cheap.
CREATE TABLE sighting (
  source TEXT NOT NULL,
  path TEXT NOT NULL,
  file_id INTEGER NOT NULL REFERENCES file (id) ON DELETE CASCADE,
  size_bytes INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  serial INTEGER,
  seen_ms INTEGER NOT NULL,
  PRIMARY KEY (source, path, file_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sighting_file ON sighting (file_id, seen_ms);

-- What could not be taken from a source at all (no right to read, not a regular file), until it can be.
CREATE TABLE unread (
  source TEXT NOT NULL,
  path TEXT NOT NULL,
  why TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (source, path)
) STRICT, WITHOUT ROWID;

-- What the runner did: one row for each activity, however many files tell of it. It holds what the
-- model reads, copied from the leading recording. All rows are read at every evaluation, and taking a
-- column out of a row is what that costs: the model's numbers are therefore one value (model_numbers.h).
CREATE TABLE activity (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  day INTEGER,
  start_ms INTEGER,
  end_ms INTEGER,
  doubts INTEGER NOT NULL DEFAULT 0,
  load REAL,
  distance_m REAL,
  model BLOB
) STRICT;
CREATE INDEX activity_start ON activity (start_ms, id);
CREATE INDEX activity_day ON activity (day, load, distance_m);

-- What one file says of one activity, whole, so that a merge can be undone without reading the file
-- again. Exactly one recording of an activity leads.
CREATE TABLE recording (
  id INTEGER PRIMARY KEY,
  activity_id INTEGER NOT NULL REFERENCES activity (id) ON DELETE CASCADE,
  file_id INTEGER NOT NULL REFERENCES file (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  leads INTEGER NOT NULL CHECK (leads IN (0, 1)),
  day INTEGER,
  utc_offset_s INTEGER NOT NULL,
  has_sport INTEGER NOT NULL,
  sport INTEGER NOT NULL,
  has_sub_sport INTEGER NOT NULL,
  sub_sport INTEGER NOT NULL,
  start_ms INTEGER,
  has_utc_offset INTEGER NOT NULL,
  file_utc_offset_s INTEGER NOT NULL,
  laps INTEGER NOT NULL,
  records INTEGER NOT NULL,
  stated_elapsed_s REAL,
  stated_timer_s REAL,
  stated_moving_s REAL,
  stated_distance_m REAL,
  stated_ascent_m REAL,
  stated_descent_m REAL,
  stated_hr_avg_bpm REAL,
  stated_hr_max_bpm REAL,
  stated_cadence_avg_spm REAL,
  stated_energy_kcal REAL,
  stated_total_strides REAL,
  stated_rpe REAL,
  stated_feel REAL,
  elapsed_s REAL,
  timer_s REAL,
  moving_s REAL,
  distance_m REAL,
  ascent_m REAL,
  descent_m REAL,
  hr_avg_bpm REAL,
  hr_max_bpm REAL,
  cadence_avg_spm REAL,
  steps REAL,
  hr_peak_bpm REAL,
  hr_coverage REAL,
  has_series INTEGER NOT NULL,
  load REAL,
  load_source INTEGER NOT NULL,
  hrtss REAL,
  rtss REAL,
  power_load REAL,
  srpe REAL,
  trimp_banister REAL,
  trimp_edwards REAL,
  trimp_lucia REAL,
  damage_tibia REAL,
  damage_achilles REAL,
  damage_patella REAL,
  soreness_dose REAL,
  soreness_down REAL,
  region_calves_achilles REAL,
  region_quads REAL,
  region_hamstrings_glutes REAL,
  region_hips_itb REAL,
  region_feet REAL,
  profile_sex INTEGER NOT NULL,
  profile_hr_max_bpm REAL,
  profile_hr_max_source INTEGER NOT NULL,
  profile_hr_rest_bpm REAL,
  profile_hr_rest_source INTEGER NOT NULL,
  profile_threshold_hr_bpm REAL,
  profile_threshold_hr_source INTEGER NOT NULL,
  profile_threshold_speed_mps REAL,
  profile_threshold_speed_source INTEGER NOT NULL,
  profile_critical_power_w REAL,
  profile_critical_power_source INTEGER NOT NULL,
  doubts INTEGER NOT NULL,
  UNIQUE (file_id, position)
) STRICT;
CREATE INDEX recording_activity ON recording (activity_id);
CREATE UNIQUE INDEX recording_leading ON recording (activity_id) WHERE leads = 1;
CREATE INDEX recording_start ON recording (start_ms);

-- Sums of the local days that have an activity.
CREATE TABLE day_total (
  day INTEGER PRIMARY KEY,
  load REAL NOT NULL,
  distance_m REAL NOT NULL,
  activities INTEGER NOT NULL
) STRICT;

-- What one file says of a local day: rows of values with their times, packed as
-- daemon/metrics/wellness_points.h says.
CREATE TABLE wellness_part (
  day INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  file_id INTEGER NOT NULL REFERENCES file (id) ON DELETE CASCADE,
  points BLOB NOT NULL,
  PRIMARY KEY (day, kind, file_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX wellness_part_file ON wellness_part (file_id, day);

-- What all parts of a day come to.
CREATE TABLE wellness (
  day INTEGER PRIMARY KEY,
  resting_hr_bpm REAL,
  stress_avg REAL,
  hrv_rmssd_ms REAL,
  sleep_h REAL
) STRICT;

-- What the runner tells.
CREATE TABLE massage (
  id INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  minutes REAL NOT NULL
) STRICT;
CREATE INDEX massage_at ON massage (at_ms);

CREATE TABLE report (
  id INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  soreness REAL NOT NULL,
  regions INTEGER NOT NULL
) STRICT;
CREATE INDEX report_at ON report (at_ms);

-- Massage advice is held for from_ms <= t < to_ms; NULL: still on.
CREATE TABLE flag (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER
) STRICT;

CREATE TABLE snooze (
  id INTEGER PRIMARY KEY,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL
) STRICT;

-- The last raw score of each indication on a day.
CREATE TABLE daily_score (
  day INTEGER PRIMARY KEY,
  tension REAL,
  injury_risk REAL,
  soreness REAL,
  recovery REAL,
  stress REAL
) STRICT;

-- The earliest day whose activities or nights changed since the daily scores were last brought up to
-- date; NULL: none.
CREATE TABLE changed (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  day INTEGER
) STRICT;
INSERT INTO changed VALUES (1, NULL);

-- The memory of the message policy. Its instants are kept to the last bit: what was decided at one is
-- compared with it later.
CREATE TABLE policy (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  last_message_h REAL,
  last_rest_first_h REAL,
  red_flag_seen_h REAL
) STRICT;

CREATE TABLE policy_indication (
  indication INTEGER PRIMARY KEY,
  active INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  pending_since_h REAL,
  last_alert_h REAL,
  severity INTEGER NOT NULL,
  announced_until_h REAL
) STRICT;

CREATE TABLE policy_budget (
  position INTEGER PRIMARY KEY,
  at_h REAL NOT NULL,
  severity INTEGER NOT NULL
) STRICT;

-- What was decided to be said, and to whom.
CREATE TABLE event (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  body TEXT,
  why TEXT
) STRICT;

CREATE TABLE delivery (
  id INTEGER PRIMARY KEY,
  event_seq INTEGER NOT NULL REFERENCES event (seq) ON DELETE CASCADE,
  webhook TEXT,
  type TEXT NOT NULL,
  state INTEGER NOT NULL,
  next_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  started_ms INTEGER,
  why TEXT
) STRICT;
-- Two NULLs are never equal, two nobodies are.
CREATE UNIQUE INDEX delivery_once ON delivery (event_seq, ifnull(webhook, ''));
-- 0 is DELIVERY_WAITING.
CREATE INDEX delivery_waiting ON delivery (webhook, id) WHERE state = 0;
CREATE INDEX delivery_state ON delivery (state);

CREATE TABLE webhook (
  name TEXT NOT NULL PRIMARY KEY,
  config_hash TEXT NOT NULL,
  standing INTEGER NOT NULL,
  why TEXT
) STRICT, WITHOUT ROWID;
