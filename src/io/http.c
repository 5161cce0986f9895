#include "io/http.h"

#include "base/text.h"
#include "io/clock.h"
#include "io/interrupt.h"

#include <ctype.h>
#include <curl/curl.h>
#include <dlfcn.h>
#include <string.h>

enum {
    TIMEOUT_MS = 10000,
    BODY_BYTES = 1024 * 1024,
    REDIRECTS_MOST = 5
};

// ---- libcurl, loaded late: with its TLS library it takes longer than most commands run

#define CURL_FUNCTIONS(X)                                                                          \
    X(curl_global_init)                                                                            \
    X(curl_easy_init)                                                                              \
    X(curl_easy_cleanup)                                                                           \
    X(curl_easy_getinfo)                                                                           \
    X(curl_easy_setopt)                                                                            \
    X(curl_easy_strerror)                                                                          \
    X(curl_multi_init)                                                                             \
    X(curl_multi_cleanup)                                                                          \
    X(curl_multi_add_handle)                                                                       \
    X(curl_multi_remove_handle)                                                                    \
    X(curl_multi_perform)                                                                          \
    X(curl_multi_poll)                                                                             \
    X(curl_multi_info_read)                                                                        \
    X(curl_slist_append)                                                                           \
    X(curl_slist_free_all)

// The header's macros check arguments of curl_easy_setopt, and would stand in the way of a member.
#undef curl_easy_setopt
#undef curl_easy_getinfo

typedef struct Curl {
#define X(name) __typeof__(&name) name;
    CURL_FUNCTIONS(X)
#undef X
} Curl;

static bool load(Curl *ret_curl, Err *err)
{
    static Curl loaded;
    static void *library; // it stays as long as we do
    if (library) {
        *ret_curl = loaded;
        return true;
    }
    void *found = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!found) {
        fail(err, ERR_IO, "HTTP needs libcurl, and it is not there: %s", dlerror());
        return err_hint(err, "install it: apt-get install libcurl4");
    }
    Curl curl;
#define X(name)                                                                                    \
    curl.name = (__typeof__(&name))dlsym(found, #name);                                            \
    if (!curl.name)                                                                                \
        return fail(err, ERR_IO, "libcurl is too old: it has no %s", #name);
    CURL_FUNCTIONS(X)
#undef X
    if (curl.curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return fail(err, ERR_IO, "libcurl cannot be used here");
    library = found;
    *ret_curl = loaded = curl;
    return true;
}

// ---- where a URL leads

typedef struct Origin {
    Str scheme;
    Str host;
    Str port; // empty: the scheme's own
} Origin;

static Origin origin_of(const char *url)
{
    Origin origin = {0};
    Str text = str_from(url);
    ptrdiff_t end = str_find(text, STR("://"));
    if (end < 0)
        return origin;
    origin.scheme = (Str){text.p, (size_t)end};
    Str rest = str_skip(text, (size_t)end + 3);
    rest.n = rest.n ? strcspn(rest.p, "/?#\\") : 0;
    for (size_t i = rest.n; i-- > 0;)
        if (rest.p[i] == '@') {
            rest = str_skip(rest, i + 1);
            break;
        }
    Str bracket = rest.n && rest.p[0] == '[' ? str_until(rest, ']') : (Str){0};
    origin.host = bracket.n ? (Str){rest.p, bracket.n + 1} : str_until(rest, ':');
    if (origin.host.n < rest.n)
        origin.port = str_skip(rest, origin.host.n + 1);
    return origin;
}

static Str port_of(const Origin *origin)
{
    if (origin->port.n)
        return origin->port;
    return str_eq_nocase(origin->scheme, STR("https")) ? STR("443") : STR("80");
}

const char *http_origin(Arena *arena, const char *url)
{
    Origin origin = origin_of(url);
    char *text = arena_printf(arena, STR_FMT "://" STR_FMT "%s" STR_FMT, STR_ARG(origin.scheme),
                              STR_ARG(origin.host), origin.port.n ? ":" : "", STR_ARG(origin.port));
    for (char *p = text; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return text;
}

bool http_is_same_host(const char *from, const char *to)
{
    Origin a = origin_of(from);
    Origin b = origin_of(to);
    if (!a.host.n || !str_eq_nocase(a.host, b.host))
        return false;
    if (str_eq_nocase(a.scheme, b.scheme))
        return str_eq(port_of(&a), port_of(&b));
    return str_eq_nocase(b.scheme, STR("https")) && str_eq(port_of(&a), STR("80")) &&
           str_eq(port_of(&b), STR("443"));
}

// ---- one request

typedef struct Exchange {
    Curl curl;
    CURL *easy;
    CURLM *multi;
    struct curl_slist *headers;
    Text body;
    char reason[CURL_ERROR_SIZE];
} Exchange;

static void exchange_done(Exchange *exchange)
{
    const Curl *curl = &exchange->curl;
    if (exchange->multi && exchange->easy)
        curl->curl_multi_remove_handle(exchange->multi, exchange->easy);
    if (exchange->easy)
        curl->curl_easy_cleanup(exchange->easy);
    if (exchange->multi)
        curl->curl_multi_cleanup(exchange->multi);
    if (exchange->headers)
        curl->curl_slist_free_all(exchange->headers);
    text_done(&exchange->body);
}

static size_t receive(char *data, size_t size, size_t count, void *context)
{
    Exchange *exchange = context;
    text_append(&exchange->body, (Str){data, size * count}); // beyond its maximum it is dropped
    return size * count;
}

typedef struct Hop {
    const char *url;
    const char *method;
    const char *body;
} Hop;

static void set_options(Exchange *exchange, const Hop *hop, int64_t left_ms)
{
    const Curl *curl = &exchange->curl;
    CURL *easy = exchange->easy;
    curl->curl_easy_setopt(easy, CURLOPT_URL, hop->url);
    curl->curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl->curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl->curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl->curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)left_ms);
    curl->curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->reason);
    curl->curl_easy_setopt(easy, CURLOPT_USERAGENT, "migrate-safe");
    curl->curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive);
    curl->curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
    curl->curl_easy_setopt(easy, CURLOPT_HTTPHEADER, exchange->headers);
    curl->curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    if (strcmp(hop->method, "HEAD") == 0)
        curl->curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    if (hop->body) {
        curl->curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(hop->body));
        curl->curl_easy_setopt(easy, CURLOPT_POSTFIELDS, hop->body);
    }
    if (hop->body || strcmp(hop->method, "GET") != 0)
        curl->curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, hop->method);
}

static bool wait_for_end(Exchange *exchange, CURLcode *ret_code, Err *err)
{
    const Curl *curl = &exchange->curl;
    // After an interrupt that came earlier this is the tidying up.
    int fd = interrupt_requested() ? -1 : interrupt_descriptor();
    int running = 1;
    while (running) {
        struct curl_waitfd interrupt = {.fd = fd, .events = CURL_WAIT_POLLIN};
        if (curl->curl_multi_perform(exchange->multi, &running) != CURLM_OK)
            return fail(err, ERR_IO, "libcurl failed");
        if (running &&
            curl->curl_multi_poll(exchange->multi, &interrupt, fd >= 0, 1000, NULL) != CURLM_OK)
            return fail(err, ERR_IO, "libcurl failed");
        if (fd >= 0 && interrupt_requested())
            return fail(err, ERR_INTERRUPTED, "interrupted while waiting for an answer by HTTP");
    }
    int left;
    CURLMsg *message = curl->curl_multi_info_read(exchange->multi, &left);
    *ret_code = message ? message->data.result : CURLE_GOT_NOTHING;
    return true;
}

static bool exchange_run(Exchange *exchange, Arena *arena, const char *url, Err *err)
{
    const Curl *curl = &exchange->curl;
    CURLcode code = CURLE_OK;
    if (curl->curl_multi_add_handle(exchange->multi, exchange->easy) != CURLM_OK)
        return fail(err, ERR_IO, "libcurl failed");
    if (!wait_for_end(exchange, &code, err))
        return false;
    if (code == CURLE_OK)
        return true;
    // What libcurl says may quote the URL; the code's own words and the host do not.
    fail(err, ERR_IO, "%s: %s", http_origin(arena, url), curl->curl_easy_strerror(code));
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        return err_detail(err, "%s", exchange->reason);
    return false;
}

static bool one_hop(Arena *arena, const HttpRequest *request, const Hop *hop, int64_t left_ms,
                    HttpAnswer *ret_answer, const char **ret_location, Err *err)
{
    __attribute__((cleanup(exchange_done))) Exchange exchange = {0};
    long status = 0;
    char *location = NULL;
    if (!load(&exchange.curl, err))
        return false;
    const Curl *curl = &exchange.curl;
    text_init(&exchange.body, BODY_BYTES);
    exchange.easy = curl->curl_easy_init();
    exchange.multi = curl->curl_multi_init();
    if (!exchange.easy || !exchange.multi)
        require_memory();
    // What a header carries is for the host that it was written for.
    bool is_elsewhere = hop->url != request->url && !http_is_same_host(request->url, hop->url);
    for (size_t i = 0; i < request->headers.len && !is_elsewhere; i++) {
        struct curl_slist *longer =
            curl->curl_slist_append(exchange.headers, request->headers.items[i]);
        if (!longer)
            require_memory();
        exchange.headers = longer;
    }
    set_options(&exchange, hop, left_ms);
    if (!exchange_run(&exchange, arena, hop->url, err))
        return false;
    curl->curl_easy_getinfo(exchange.easy, CURLINFO_RESPONSE_CODE, &status);
    curl->curl_easy_getinfo(exchange.easy, CURLINFO_REDIRECT_URL, &location);
    ret_answer->status = (int)status;
    ret_answer->body = str_from(arena_dup(arena, text_str(&exchange.body)));
    ret_answer->body.n = exchange.body.len; // it may have a NUL
    ret_answer->is_cut = exchange.body.is_cut;
    *ret_location = location ? arena_strdup(arena, location) : NULL;
    return true;
}

// What comes next: by 307 and 308 the same again, else a GET.
static void follow(Hop *hop, const char *location, int status)
{
    hop->url = location;
    if (status == 307 || status == 308)
        return;
    hop->body = NULL;
    if (strcmp(hop->method, "HEAD") != 0)
        hop->method = "GET";
}

bool http_ask(Arena *arena, const HttpRequest *request, HttpAnswer *ret_answer, Err *err)
{
    int64_t start_us = clock_monotonic_us();
    int64_t timeout_ms = request->timeout_ms ? request->timeout_ms : TIMEOUT_MS;
    Hop hop = {request->url, request->method, request->body};
    HttpAnswer answer = {0};
    for (int hops = 0;; hops++) {
        const char *location;
        int64_t left_ms = timeout_ms - clock_elapsed_ms(start_us);
        if (!one_hop(arena, request, &hop, left_ms > 1 ? left_ms : 1, &answer, &location, err))
            return false;
        answer.duration_ms = clock_elapsed_ms(start_us);
        bool is_allowed =
            location && answer.status != request->expected_status &&
            (request->redirect == HTTP_ANY_HOST ||
             (request->redirect == HTTP_SAME_HOST && http_is_same_host(hop.url, location)));
        if (!is_allowed)
            break;
        if (hops == REDIRECTS_MOST)
            return fail(err, ERR_IO, "%s: more than %d redirects", http_origin(arena, request->url),
                        REDIRECTS_MOST);
        follow(&hop, location, answer.status);
    }
    *ret_answer = answer;
    return true;
}
