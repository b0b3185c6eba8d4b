-- SPDX-License-Identifier: GPL-3.0-or-later
-- Version 4: what the legs do at the usual pace, and what measured the heights.

ALTER TABLE recording ADD COLUMN decoupling REAL;
ALTER TABLE recording ADD COLUMN altitude_source INTEGER NOT NULL DEFAULT 0;
ALTER TABLE recording ADD COLUMN peak_force_bw REAL;
ALTER TABLE recording ADD COLUMN form_drift REAL;
