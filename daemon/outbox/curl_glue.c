/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/curl_glue.h"

#include "base/cleanup.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>

struct curl_glue {
	sd_event *event;
	CURLM *multi;
	sd_event_source *timer;
	curl_done_fn on_done;
	void *userdata;
};

/* One socket action can finish several transfers. */
static void drain(struct curl_glue *g)
{
	CURLMsg *message;
	int left = 0;
	while ((message = curl_multi_info_read(g->multi, &left))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		CURL *easy = message->easy_handle;
		CURLcode result = message->data.result; /* the message dies with remove_handle */
		(void)curl_multi_remove_handle(g->multi, easy);
		g->on_done(easy, result, g->userdata);
	}
}

static void act(struct curl_glue *g, curl_socket_t fd, int mask)
{
	int running = 0;
	(void)curl_multi_socket_action(g->multi, fd, mask, &running);
	drain(g);
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	(void)source;
	int mask = 0;
	if (revents & EPOLLIN)
		mask |= CURL_CSELECT_IN;
	if (revents & EPOLLOUT)
		mask |= CURL_CSELECT_OUT;
	if (revents & (EPOLLERR | EPOLLHUP))
		mask |= CURL_CSELECT_ERR;
	act(userdata, fd, mask);
	return 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	act(userdata, CURL_SOCKET_TIMEOUT, 0);
	return 0;
}

static uint32_t wanted_events(int what)
{
	switch (what) {
	case CURL_POLL_IN:
		return EPOLLIN;
	case CURL_POLL_OUT:
		return EPOLLOUT;
	case CURL_POLL_INOUT:
		return EPOLLIN | EPOLLOUT;
	default:
		return 0;
	}
}

/* The socket's source lives in libcurl's own per-socket pointer. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *userdata, void *socketp)
{
	(void)easy;
	struct curl_glue *g = userdata;
	sd_event_source *source = socketp;
	if (what == CURL_POLL_REMOVE) {
		(void)curl_multi_assign(g->multi, fd, NULL);
		sd_event_source_disable_unref(source);
		return 0;
	}
	if (source)
		return sd_event_source_set_io_events(source, wanted_events(what)) < 0 ? -1 : 0;
	if (sd_event_add_io(g->event, &source, fd, wanted_events(what), on_io, g) < 0)
		return -1;
	(void)sd_event_source_set_description(source, "webhook-socket");
	if (curl_multi_assign(g->multi, fd, source) != CURLM_OK) {
		sd_event_source_disable_unref(source);
		return -1;
	}
	return 0;
}

static int on_timeout(CURLM *multi, long timeout_ms, void *userdata)
{
	(void)multi;
	struct curl_glue *g = userdata;
	if (timeout_ms < 0)
		return sd_event_source_set_enabled(g->timer, SD_EVENT_OFF) < 0 ? -1 : 0;
	if (sd_event_source_set_time_relative(g->timer, (uint64_t)timeout_ms * 1000) < 0)
		return -1;
	return sd_event_source_set_enabled(g->timer, SD_EVENT_ONESHOT) < 0 ? -1 : 0;
}

static void glue_freep(struct curl_glue **glue)
{
	curl_glue_free(*glue);
}

int curl_glue_new(sd_event *event, curl_done_fn on_done, void *userdata, struct curl_glue **ret)
{
	CLEANUP(glue_freep) struct curl_glue *g = calloc(1, sizeof *g);
	if (!g)
		return -ENOMEM;
	*g = (struct curl_glue) {
		.event = sd_event_ref(event), .on_done = on_done, .userdata = userdata
	};
	(void)signal(SIGPIPE, SIG_IGN);
	int r = sd_event_add_time_relative(event, &g->timer, CLOCK_MONOTONIC, 0, 1000, on_timer, g);
	if (r < 0)
		return r;
	(void)sd_event_source_set_description(g->timer, "webhook-transfer");
	r = sd_event_source_set_enabled(g->timer, SD_EVENT_OFF);
	if (r < 0)
		return r;
	g->multi = curl_multi_init();
	if (!g->multi)
		return -ENOMEM;
	if (curl_multi_setopt(g->multi, CURLMOPT_SOCKETFUNCTION, on_socket) != CURLM_OK ||
		curl_multi_setopt(g->multi, CURLMOPT_SOCKETDATA, g) != CURLM_OK ||
		curl_multi_setopt(g->multi, CURLMOPT_TIMERFUNCTION, on_timeout) != CURLM_OK ||
		curl_multi_setopt(g->multi, CURLMOPT_TIMERDATA, g) != CURLM_OK)
		return -EIO;
	*ret = TAKE_PTR(g);
	return 0;
}

struct curl_glue *curl_glue_free(struct curl_glue *glue)
{
	if (!glue)
		return NULL;
	if (glue->multi) /* closes what is left open, and calls on_socket and on_timeout for it */
		(void)curl_multi_cleanup(glue->multi);
	sd_event_source_disable_unref(glue->timer);
	sd_event_unref(glue->event);
	free(glue);
	return NULL;
}

int curl_glue_add(struct curl_glue *glue, CURL *easy)
{
	switch (curl_multi_add_handle(glue->multi, easy)) {
	case CURLM_OK:
		return 0;
	case CURLM_OUT_OF_MEMORY:
		return -ENOMEM;
	default:
		return -EIO;
	}
}

void curl_glue_remove(struct curl_glue *glue, CURL *easy)
{
	(void)curl_multi_remove_handle(glue->multi, easy);
}
