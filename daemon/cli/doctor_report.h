/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What a report of a fault needs to hold, without what is private. */

#include "doctor/doctor.h"

/* Prints versions, states, counts, findings and the USB layout of watches. Left out: positions, numbers of the
 * runner's body, names of files, addresses, secrets; of a serial number four characters stay. */
void doctor_report(const struct doctor *doctor, const struct findings *findings);
