/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead-vm-clock sync|unsync: the guest has no network to set its clock by; this tells its kernel whether somebody
 * keeps it right. */
#include <stdio.h>
#include <string.h>
#include <sys/timex.h>

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	struct timex clock = { .modes = ADJ_STATUS | ADJ_MAXERROR | ADJ_ESTERROR };
	if (strcmp(argv[1], "unsync") == 0)
		clock = (struct timex) {
			.modes = clock.modes, .status = STA_UNSYNC, .maxerror = 16000000
		};
	if (adjtimex(&clock) >= 0)
		return 0;
	perror("adjtimex");
	return 1;
}
