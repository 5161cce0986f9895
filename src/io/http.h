// One HTTP request and its answer (libcurl, which is loaded at the first one).
// Refuses to retry, and to judge the answer. Invariant: TLS is verified; a redirect is followed
// only as far as the request allows; the body is cut at a maximum; Ctrl-C ends the wait.
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/words.h"

#include <stdint.h>

typedef enum HttpRedirect {
    HTTP_SAME_HOST, // same name and port, or from http to https of that name
    HTTP_ANY_HOST,
    HTTP_NO_REDIRECT,
} HttpRedirect;

typedef struct HttpRequest {
    const char *method;
    const char *url;
    Words headers;    // "Name: value"
    const char *body; // NULL: none
    int timeout_ms;   // until the whole answer is there; 0: ten seconds
    HttpRedirect redirect;
    int expected_status; // an answer with it is taken though it is a redirect; 0: none
} HttpRequest;

typedef struct HttpAnswer {
    int status;
    int64_t duration_ms; // of the whole, redirects too
    Str body;            // on the arena
    bool is_cut;         // it is longer
} HttpAnswer;

// ERR_IO: no answer (the message says why, with the host, without what else the URL has), or
// libcurl is not there; ERR_INTERRUPTED.
bool http_ask(Arena *arena, const HttpRequest *request, HttpAnswer *ret_answer, Err *err)
    __attribute__((warn_unused_result));
// "http://localhost:3000" of a URL, in small letters, without a user.
const char *http_origin(Arena *arena, const char *url);
// Whether a redirect from one URL to the other stays where HTTP_SAME_HOST allows it.
bool http_is_same_host(const char *from, const char *to);
