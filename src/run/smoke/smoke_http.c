#include "base/masked.h"
#include "io/http.h"
#include "run/smoke/smoke_private.h"

#include <stdlib.h>
#include <string.h>

enum {
    BODY_SHOWN = 120
};

// ---- JSON pointers

// "~1" is a slash, "~0" a tilde.
static const char *token_of(Arena *arena, Str raw)
{
    char *token = arena_dup(arena, raw);
    char *out = token;
    for (const char *p = token; *p; p++) {
        bool is_escape = p[0] == '~' && (p[1] == '0' || p[1] == '1');
        *out++ = is_escape ? (p[1] == '1' ? '/' : '~') : *p;
        p += is_escape;
    }
    *out = '\0';
    return token;
}

static const json_t *step_into(const json_t *value, const char *token)
{
    Str text = str_from(token);
    if (json_is_object(value))
        return json_object_get(value, token);
    bool is_index = str_is_digits(text) && text.n < 10 && (text.n == 1 || token[0] != '0');
    return json_is_array(value) && is_index ? json_array_get(value, strtoul(token, NULL, 10))
                                            : NULL;
}

const char *smoke_json_at(Arena *arena, const json_t *root, const char *pointer)
{
    const json_t *value = root;
    Str rest = str_from(pointer);
    while (value && rest.n) {
        rest = str_skip(rest, 1); // the slash in front
        Str raw = str_until(rest, '/');
        value = step_into(value, token_of(arena, raw));
        rest = str_skip(rest, raw.n);
    }
    if (!value)
        return NULL;
    return json_is_string(value) ? arena_strdup(arena, json_string_value(value))
                                 : json_line(arena, value);
}

// ---- one request

static bool has_header(const SmokeCheck *check, const char *name)
{
    VEC_EACH (const SmokePair, header, &check->headers)
        if (str_eq_nocase(str_from(header->name), str_from(name)))
            return true;
    return false;
}

static HttpRequest request_of(Arena *arena, const SmokeCheck *check)
{
    static const HttpRedirect REDIRECTS[] = {
        [SMOKE_SAME_HOST] = HTTP_SAME_HOST,
        [SMOKE_ANY_HOST] = HTTP_ANY_HOST,
        [SMOKE_NO_REDIRECT] = HTTP_NO_REDIRECT,
    };
    HttpRequest request = {
        .method = check->method ? check->method
                  : check->body ? "POST"
                                : "GET",
        .url = check->url,
        .body = check->body,
        .timeout_ms = (int)check->timeout_ms,
        .redirect = REDIRECTS[check->redirect],
        .expected_status = (int)check->status,
    };
    VEC_EACH (const SmokePair, header, &check->headers)
        *vec_append(arena, &request.headers) =
            arena_printf(arena, "%s: %s", header->name, header->value);
    bool is_json = check->body && strchr("{[", check->body[strspn(check->body, " \t\r\n")]);
    if (is_json && !has_header(check, "Content-Type"))
        *vec_append(arena, &request.headers) = "Content-Type: application/json";
    return request;
}

static SmokeFound found(bool is_passed, const char *value, const char *limit)
{
    return (SmokeFound){is_passed, value, limit};
}

// The beginning of the answer, on one line.
static const char *shown_body(Arena *arena, Str body, const Words *secrets)
{
    Str start = str_trim(body);
    if (start.n > BODY_SHOWN)
        start.n = BODY_SHOWN;
    char *text = arena_dup(arena, start);
    for (char *p = text; *p; p++)
        if ((unsigned char)*p < ' ')
            *p = ' ';
    return masked_output(arena, text, secrets);
}

static SmokeFound judge_json(Arena *arena, const SmokeCheck *check, const HttpAnswer *answer,
                             const char *took, const Words *secrets)
{
    Err ignored = {0};
    JSON_SCOPED root = json_read(answer->body, "answer", &ignored);
    if (!root)
        return found(false,
                     arena_printf(arena, "%s, and what came is no JSON: %s", took,
                                  shown_body(arena, answer->body, secrets)),
                     "JSON");
    VEC_EACH (const SmokePair, wanted, &check->json) {
        const char *value = smoke_json_at(arena, root, wanted->name);
        const char *limit = masked_output(
            arena, arena_printf(arena, "%s is %s", wanted->name, wanted->value), secrets);
        if (!value)
            return found(false, arena_printf(arena, "%s, without %s", took, wanted->name), limit);
        if (strcmp(value, wanted->value) != 0)
            return found(false,
                         arena_printf(arena, "%s, %s is %s", took, wanted->name,
                                      shown_body(arena, str_from(value), secrets)),
                         limit);
    }
    return found(true, took, NULL);
}

static SmokeFound judge(Arena *arena, const SmokeCheck *check, const HttpAnswer *answer,
                        const Words *secrets)
{
    bool is_status = check->status ? answer->status == check->status
                                   : answer->status >= 200 && answer->status < 300;
    const char *took =
        arena_printf(arena, "%d in %lld ms", answer->status, (long long)answer->duration_ms);
    if (!is_status)
        return found(false,
                     answer->body.n ? arena_printf(arena, "%s: %s", took,
                                                   shown_body(arena, answer->body, secrets))
                                    : took,
                     check->status ? arena_printf(arena, "status %lld", (long long)check->status)
                                   : "status 200 to 299");
    if (check->latency_ms && answer->duration_ms > check->latency_ms)
        return found(false, took, arena_printf(arena, "%lld ms", (long long)check->latency_ms));
    if (check->contains && str_find(answer->body, str_from(check->contains)) < 0)
        return found(
            false, arena_printf(arena, "%s: %s", took, shown_body(arena, answer->body, secrets)),
            masked_output(arena, arena_printf(arena, "contains %s", check->contains), secrets));
    if (check->json.len)
        return judge_json(arena, check, answer, took, secrets);
    return found(true, took, NULL);
}

bool smoke_http_try(Arena *arena, const SmokeCheck *check, const Words *secrets,
                    SmokeFound *ret_found, Err *err)
{
    HttpRequest request = request_of(arena, check);
    HttpAnswer answer;
    if (http_ask(arena, &request, &answer, err)) {
        *ret_found = judge(arena, check, &answer, secrets);
        return true;
    }
    if (err->class == ERR_INTERRUPTED)
        return false;
    *ret_found =
        found(false, masked_output(arena, arena_strdup(arena, err->message), secrets), "an answer");
    *err = (Err){0};
    return true;
}
