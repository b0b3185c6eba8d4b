/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What an MTP session needs of a USB connection: two bulk pipes, an interrupt pipe, three requests on the
 * control pipe, and a clock. Real is usb_transport.h; tests bring their own.
 *
 * Errors are the same for all: -ENODEV unplugged; -ETIMEDOUT; -EPIPE the pipe is stalled; -EIO bad cable;
 * -EBUSY; -ENOMEM a smaller read may go. */

#include <stddef.h>
#include <stdint.h>

enum mtp_pipe { MTP_PIPE_OUT, MTP_PIPE_IN };

struct mtp_transport_ops {
	/* One bulk transfer to the device. */
	int (*write)(void *userdata, const uint8_t *data, size_t size, unsigned timeout_ms);

	/* One bulk transfer from the device: ends when `size` bytes have come, a multiple of the packet
	 * size, or with a short packet. *ret_size is set in every case: bytes may come before an error. */
	int (*read)(
		void *userdata, uint8_t *data, size_t size, unsigned timeout_ms, size_t *ret_size);

	/* Takes one event from the interrupt pipe and forgets it. */
	int (*drop_event)(void *userdata, unsigned timeout_ms);

	int (*clear_halt)(void *userdata, enum mtp_pipe pipe);

	/* The class requests Cancel and Get Device Status (Still Image class, 5.2); the latter answers with
	 * a response code. */
	int (*cancel)(void *userdata, uint32_t transaction);
	int (*status)(void *userdata, uint16_t *ret_code);

	/* Lets go of the device, and takes it again after a pause. */
	int (*reopen)(void *userdata, unsigned pause_ms);

	/* Resets the port: -EOPNOTSUPP where that is not allowed. */
	int (*reset)(void *userdata);

	void (*pause)(void *userdata, unsigned ms);
	uint64_t (*now_ms)(void *userdata); /* monotonic */
	size_t (*packet_bytes)(
		void *userdata); /* of the bulk pipe from the device: 64, 512, 1024 */
};

struct mtp_transport {
	const struct mtp_transport_ops *ops;
	void *userdata;
};
