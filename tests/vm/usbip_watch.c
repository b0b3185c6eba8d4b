/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead-vm-usbip: the simulated watch behind USB/IP, for what a gadget cannot play: stalls, silence, packets of any size,
 * transfers that are cut. The kernel's own virtual host controller (vhci_hcd) is at the other end, with usbfs above it.
 *
 *   knead-vm-usbip --root=FOLDER [--SETTING[=VALUE]]... [--report=FILE] [--fd=N] [--cancel-loses]
 *
 * It plugs itself in and stays until it is ended (SIGTERM), pulled by a fault, or detached; FILE then says what came over
 * the wire. SETTINGs: tests/usb/options.c.
 *   --fd=N          speaks over this descriptor instead of plugging in, for a test without a kernel's controller
 *   --cancel-loses  what came of a transfer before it was cancelled is lost, as between two machines; else it is given
 *                   back, as a controller does
 * Written from the kernel's description of the protocol (Documentation/usb/usbip_protocol.rst). */
#include "vm/usbip_device.h"

#include "usb/options.h"
#include "usb/report.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define ATTACH "/sys/devices/platform/vhci_hcd.0/attach"
#define PORTS 8u /* of high speed; one that was just left is free a moment later */
#define SPEED_FULL 2u
#define SPEED_HIGH 3u
#define DEVICE_ID 2u
#define PATIENCE_MS 2 /* for what comes only after a while */

struct program {
	struct watch_profile profile;
	struct watch_counts counts;
	struct usbip_device device;
	const char *report;
	int fd, signal_fd;
};

static void print_report(const struct program *program)
{
	char part[512];
	const struct usbip_tally *tally = &program->device.tally;
	if (!program->report)
		return;
	(void)snprintf(part, sizeof part, "%s.part", program->report);
	FILE *to = fopen(part, "we");
	if (!to)
		return;
	(void)fputs("{", to);
	report_counts(&program->counts, to);
	(void)fprintf(to,
		",\"unlinked\":%u,\"cut\":%u,\"dropped\":%u,\"continued\":%u,\"short\":%u,"
		"\"empty\":%u,"
		"\"stalls\":%u,\"configured\":%u,\"settings\":%u,\"largest\":%zu,\"left\":%zu}\n",
		tally->unlinked, tally->cut, tally->dropped, tally->continued, tally->ended_short,
		tally->empty, tally->stalls, tally->configured, tally->settings, tally->largest,
		tally->left);
	(void)fclose(to);
	(void)rename(part, program->report);
}

/* Puts the kernel's end into the first port that takes it. */
static bool plug_in(int kernel_fd, unsigned speed)
{
	int fd = open(ATTACH, O_WRONLY | O_CLOEXEC);
	if (fd < 0) {
		perror(ATTACH);
		return false;
	}
	bool done = false;
	for (unsigned port = 0; !done && port < PORTS; port++) {
		char line[64];
		int n = snprintf(
			line, sizeof line, "%u %d %u %u", port, kernel_fd, DEVICE_ID, speed);
		done = write(fd, line, (size_t)n) == n;
	}
	if (!done)
		perror(ATTACH);
	(void)close(fd);
	return done;
}

static bool connect_kernel(struct program *program)
{
	int ends[2];
	if (program->fd >= 0)
		return true;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return false;
	bool done = plug_in(ends[1], program->profile.packet_bytes == 64 ? SPEED_FULL : SPEED_HIGH);
	(void)close(ends[1]); /* the kernel has its own hold on it */
	program->fd = ends[0];
	return done;
}

static bool take_option(struct program *program, const char *word)
{
	if (strncmp(word, "--", 2) != 0)
		return false;
	word += 2;
	if (strncmp(word, "report=", 7) == 0)
		program->report = word + 7;
	else if (strncmp(word, "fd=", 3) == 0)
		program->fd = (int)strtol(word + 3, NULL, 10);
	else if (strcmp(word, "cancel-loses") == 0)
		program->device.cancel_loses = true;
	else
		return option_set(&program->profile, word);
	return true;
}

static void serve(struct program *program)
{
	struct pollfd fds[] = { { .fd = program->fd, .events = POLLIN },
		{ .fd = program->signal_fd, .events = POLLIN } };
	for (;;) {
		int wait_ms = usbip_device_waits(&program->device) ? PATIENCE_MS : -1;
		if (poll(fds, 2, wait_ms) < 0 && errno != EINTR)
			return;
		if (fds[1].revents)
			return;
		if (fds[0].revents && !usbip_device_take(&program->device))
			return;
		if (!usbip_device_turn(&program->device))
			return;
	}
}

int main(int argc, char **argv)
{
	static struct program program = { .fd = -1 };
	program.profile = watch_garmin;
	for (int i = 1; i < argc; i++)
		if (!take_option(&program, argv[i]))
			return 2;
	if (!program.profile.root)
		return 2;
	sigset_t signals;
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &signals, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	program.signal_fd = signalfd(-1, &signals, SFD_CLOEXEC);
	if (!usbip_device_begin(&program.device, &program.profile, &program.counts)) {
		(void)fprintf(stderr, "%s cannot be read whole\n", program.profile.root);
		return 1;
	}
	if (program.signal_fd < 0 || !connect_kernel(&program))
		return 1;
	program.device.fd = program.fd;
	serve(&program);
	program.device.tally.left = program.device.n; /* in flight when the cable went */
	(void)close(program.fd);
	print_report(&program);
	usbip_device_end(&program.device);
	return 0;
}
