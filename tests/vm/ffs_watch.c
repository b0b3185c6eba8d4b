/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead-vm-watch: the simulated watch behind FunctionFS, so that a real kernel makes it a real USB device.
 *
 *   knead-vm-watch FUNCTIONFS-FOLDER --root=FOLDER [--SETTING[=VALUE]]...
 *
 * It says "ready" once its descriptors are written; then the gadget can be bound to a controller. It reads the
 * folder anew with each plug-in and runs until it is ended. Ids and strings of the device are the gadget's. */
#include "usb/options.h"
#include "usb/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/usb/functionfs.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK_BYTES 16384u
#define PAUSE_USEC 1000

struct gadget {
	struct watch_profile profile;
	struct watch_counts counts;
	struct wire wire;
	pthread_mutex_t lock; /* of wire */
	int control_fd, in_fd, out_fd;
};

static void interface_descriptors(const struct watch_profile *p, unsigned packet, struct grow *to)
{
	const uint8_t all[] = { 9, 4, 0, 0, 3, p->class, p->subclass, p->protocol,
		1,                                                         /* interface */
		7, 5, 0x81, 2, (uint8_t)packet, (uint8_t)(packet >> 8), 0, /* bulk in */
		7, 5, 0x02, 2, (uint8_t)packet, (uint8_t)(packet >> 8), 0, /* bulk out */
		7, 5, 0x83, 3, 64, 0, 6 };                                 /* events */
	grow_bytes(to, all, sizeof all);
}

static bool write_all(int fd, const struct grow *bytes)
{
	return write(fd, bytes->data, bytes->n) == (ssize_t)bytes->n;
}

/* Full and high speed; one string, which names the interface. */
static bool write_descriptors(const struct gadget *gadget)
{
	struct grow body = { 0 }, all = { 0 };
	interface_descriptors(&gadget->profile, 64, &body);
	interface_descriptors(&gadget->profile, gadget->profile.packet_bytes, &body);
	grow_u32(&all, FUNCTIONFS_DESCRIPTORS_MAGIC_V2);
	grow_u32(&all, (uint32_t)(20 + body.n));
	grow_u32(&all, FUNCTIONFS_HAS_FS_DESC | FUNCTIONFS_HAS_HS_DESC);
	grow_u32(&all, 4);
	grow_u32(&all, 4);
	grow_bytes(&all, body.data, body.n);
	bool done = write_all(gadget->control_fd, &all);
	all.n = 0;
	const char *name = gadget->profile.interface_name ? gadget->profile.interface_name : "";
	grow_u32(&all, FUNCTIONFS_STRINGS_MAGIC);
	grow_u32(&all, (uint32_t)(18 + strlen(name) + 1));
	grow_u32(&all, 1);
	grow_u32(&all, 1);
	grow_u16(&all, 0x0409);
	grow_bytes(&all, name, strlen(name) + 1);
	done = done && write_all(gadget->control_fd, &all);
	free(body.data);
	free(all.data);
	return done;
}

/* Plugged in: another session, and what the folder holds now. */
static void begin(struct gadget *gadget)
{
	wire_drop(&gadget->wire);
	tree_done(&gadget->wire.responder.tree);
	gadget->wire = (struct wire) { .profile = &gadget->profile, .counts = &gadget->counts };
	gadget->wire.responder.profile = &gadget->profile;
	if (!tree_load(gadget->profile.root, &gadget->wire.responder.tree))
		(void)fprintf(stderr, "%s cannot be read whole\n", gadget->profile.root);
}

static void setup(struct gadget *gadget, const struct usb_ctrlrequest *request)
{
	uint8_t packet[8], data[256] = { 0 };
	memcpy(packet, request, sizeof packet);
	size_t n = (size_t)(packet[6] | packet[7] << 8);
	n = n < sizeof data ? n : sizeof data;
	bool in = packet[0] & 0x80;
	if (!in && n)
		n = (size_t)read(gadget->control_fd, data, n);
	int r = wire_control(&gadget->wire, packet, data, n);
	/* the other direction than asked for is a stall */
	if (r < 0)
		(void)!(in ? read(gadget->control_fd, data, 0)
			   : write(gadget->control_fd, data, 0));
	else if (in)
		(void)!write(gadget->control_fd, data, (size_t)r);
	else if (!n)
		(void)!read(gadget->control_fd, data, 0);
}

static void *serve_control(void *userdata)
{
	struct gadget *gadget = userdata;
	for (;;) {
		struct usb_functionfs_event event;
		if (read(gadget->control_fd, &event, sizeof event) != (ssize_t)sizeof event) {
			if (errno != EINTR && errno != EAGAIN && errno != EIDRM)
				exit(1);
			continue;
		}
		(void)pthread_mutex_lock(&gadget->lock);
		if (event.type == FUNCTIONFS_ENABLE)
			begin(gadget);
		else if (event.type == FUNCTIONFS_SETUP)
			setup(gadget, &event.u.setup);
		(void)pthread_mutex_unlock(&gadget->lock);
	}
	return NULL;
}

/* All that is queued, transfer by transfer. Returns false when the cable is gone. */
static bool answer(struct gadget *gadget)
{
	static uint8_t data[CHUNK_BYTES];
	for (;;) {
		size_t n = 0;
		int error = 0;
		(void)pthread_mutex_lock(&gadget->lock);
		bool more = gadget->wire.queue_n > 0;
		int r = more ? wire_in(&gadget->wire, data, sizeof data, &n, &error) : 1;
		(void)pthread_mutex_unlock(&gadget->lock);
		if (!more || error)
			return true;
		if ((n || r > 0) && write(gadget->in_fd, data, n) != (ssize_t)n)
			return false;
		/* a full last packet, and the transfer is over: an empty one says so */
		if (r > 0 && n && n < sizeof data && n % gadget->profile.packet_bytes == 0 &&
			write(gadget->in_fd, data, 0) < 0)
			return false;
		if (r == 0 && gadget->profile.latency_usec)
			(void)usleep(PAUSE_USEC);
	}
}

static void serve(struct gadget *gadget)
{
	for (;;) {
		uint8_t data[512];
		ssize_t n = read(gadget->out_fd, data, sizeof data);
		if (n < 0) {
			(void)usleep(PAUSE_USEC);
			continue;
		}
		(void)pthread_mutex_lock(&gadget->lock);
		(void)wire_out(&gadget->wire, data, (size_t)n);
		(void)pthread_mutex_unlock(&gadget->lock);
		(void)answer(gadget);
	}
}

static int open_in(const char *folder, const char *name)
{
	char path[256];
	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	return open(path, O_RDWR | O_CLOEXEC);
}

int main(int argc, char **argv)
{
	static struct gadget gadget;
	gadget.profile = watch_garmin;
	(void)pthread_mutex_init(&gadget.lock, NULL);
	for (int i = 2; i < argc; i++)
		if (strncmp(argv[i], "--", 2) != 0 || !option_set(&gadget.profile, argv[i] + 2))
			return 2;
	if (argc < 3 || !gadget.profile.root)
		return 2;
	gadget.control_fd = open_in(argv[1], "ep0");
	if (gadget.control_fd < 0 || !write_descriptors(&gadget)) {
		perror(argv[1]);
		return 1;
	}
	gadget.in_fd = open_in(argv[1], "ep1");
	gadget.out_fd = open_in(argv[1], "ep2");
	pthread_t thread;
	if (gadget.in_fd < 0 || gadget.out_fd < 0 ||
		pthread_create(&thread, NULL, serve_control, &gadget) != 0)
		return 1;
	begin(&gadget);
	(void)puts("ready");
	(void)fflush(stdout);
	serve(&gadget);
	return 0;
}
