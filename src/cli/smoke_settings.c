#include "cli/smoke_settings.h"

#include <string.h>

enum {
    RETRIES = 5,
    INTERVAL_MS = 2000
};

static const char EXAMPLE[] =
    "for example:\n    smoke:\n      - name: health\n        url: "
    "http://localhost:3000/api/health\n"
    "        status: 200\n        json: {/status: ok}\n      - name: orders are there\n"
    "        sql: SELECT count(*) > 0 FROM orders";

#define READ_TEXT(function, member)                                                                \
    static bool function(const BlockReader *reader, const YamlNode *node, void *object)            \
    {                                                                                              \
        SmokeCheck *check = object;                                                                \
        return block_text(reader, node, &check->member);                                           \
    }

#define READ_DURATION(function, member)                                                            \
    static bool function(const BlockReader *reader, const YamlNode *node, void *object)            \
    {                                                                                              \
        SmokeCheck *check = object;                                                                \
        return block_duration(reader, node, &check->member);                                       \
    }

READ_TEXT(read_name, name)
READ_TEXT(read_body, body)
READ_TEXT(read_contains, contains)
READ_TEXT(read_sql, sql)
READ_DURATION(read_timeout, timeout_ms)
READ_DURATION(read_interval, interval_ms)
READ_DURATION(read_latency, latency_ms)

static bool read_url(const BlockReader *reader, const YamlNode *node, void *object)
{
    SmokeCheck *check = object;
    if (!block_text(reader, node, &check->url))
        return false;
    Str url = str_from(check->url);
    if (!str_starts_nocase(url, STR("http://")) && !str_starts_nocase(url, STR("https://")) &&
        !str_starts(url, STR("${")))
        return block_wrong(reader, node, NULL, "url: begins with http:// or https://");
    return true;
}

static bool read_method(const BlockReader *reader, const YamlNode *node, void *object)
{
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    SmokeCheck *check = object;
    if (!block_text(reader, node, &check->method))
        return false;
    if (check->method[strspn(check->method, LETTERS)])
        return block_wrong(reader, node, NULL, "method: is a word like GET or POST");
    return true;
}

static bool read_status(const BlockReader *reader, const YamlNode *node, void *object)
{
    SmokeCheck *check = object;
    if (!block_count(reader, node, &check->status))
        return false;
    if (check->status < 100 || check->status > 599)
        return block_wrong(reader, node, NULL, "status: is a number from 100 to 599");
    return true;
}

static bool read_pairs(const BlockReader *reader, const YamlNode *node, SmokePairs *pairs)
{
    if (node->kind != YAML_MAP)
        return block_wrong(reader, node, NULL, "%s: takes one \"name: value\" a line", node->key);
    for (size_t i = 0; i < node->count; i++) {
        const YamlNode *pair = &node->children[i];
        if (pair->kind != YAML_SCALAR || strpbrk(pair->text, "\r\n") || strpbrk(pair->key, "\r\n"))
            return block_wrong(reader, pair, NULL, "expected one value of one line here");
        *vec_append(reader->context->arena, pairs) = (SmokePair){pair->key, pair->text};
    }
    return true;
}

static bool read_headers(const BlockReader *reader, const YamlNode *node, void *object)
{
    SmokeCheck *check = object;
    if (!read_pairs(reader, node, &check->headers))
        return false;
    VEC_EACH (const SmokePair, header, &check->headers)
        if (strpbrk(header->name, ": \t") || !*header->name)
            return block_wrong(reader, node, NULL, "\"%s\" is no name of a header", header->name);
    return true;
}

static bool read_json(const BlockReader *reader, const YamlNode *node, void *object)
{
    SmokeCheck *check = object;
    if (!read_pairs(reader, node, &check->json))
        return false;
    VEC_EACH (const SmokePair, pair, &check->json)
        if (*pair->name && *pair->name != '/')
            return block_wrong(reader, node, "a pointer begins with a slash: /status, /items/0/id",
                               "\"%s\" is no JSON pointer", pair->name);
    return true;
}

static bool read_redirects(const BlockReader *reader, const YamlNode *node, void *object)
{
    SmokeCheck *check = object;
    for (int i = 0; i < SMOKE_REDIRECT_COUNT; i++)
        if (node->kind == YAML_SCALAR &&
            strcmp(node->text, smoke_redirect_word((SmokeRedirect)i)) == 0) {
            check->redirect = (SmokeRedirect)i;
            return true;
        }
    return block_wrong(reader, node, NULL, "redirects: is same-host, any or none");
}

static bool read_file(const BlockReader *reader, const YamlNode *node, void *object)
{
    SmokeCheck *check = object;
    if (!block_text(reader, node, &check->sql_file))
        return false;
    if (*reader->folder && check->sql_file[0] != '/')
        check->sql_file =
            arena_printf(reader->context->arena, "%s/%s", reader->folder, check->sql_file);
    return true;
}

static bool read_command(const BlockReader *reader, const YamlNode *node, void *object)
{
    SmokeCheck *check = object;
    return block_command(reader, node, &check->argv);
}

static bool read_retries(const BlockReader *reader, const YamlNode *node, void *object)
{
    SmokeCheck *check = object;
    return block_count(reader, node, &check->retries);
}

static bool read_before(const BlockReader *reader, const YamlNode *node, void *object)
{
    SmokeCheck *check = object;
    return block_flag(reader, node, &check->runs_before);
}

static bool read_failure(const BlockReader *reader, const YamlNode *node, void *object)
{
    SmokeCheck *check = object;
    if (node->kind != YAML_SCALAR || !hook_failure_parse(str_from(node->text), &check->failure) ||
        check->failure == HOOK_IGNORE)
        return block_wrong(reader, node, NULL, "failure: of a smoke check is fail or warn");
    return true;
}

static const BlockKey KEYS[] = {
    {"name", read_name},           {"url", read_url},         {"method", read_method},
    {"headers", read_headers},     {"body", read_body},       {"status", read_status},
    {"contains", read_contains},   {"json", read_json},       {"latency", read_latency},
    {"redirects", read_redirects}, {"sql", read_sql},         {"file", read_file},
    {"command", read_command},     {"timeout", read_timeout}, {"retries", read_retries},
    {"interval", read_interval},   {"before", read_before},   {"failure", read_failure},
};

const char *smoke_method(const SmokeCheck *check)
{
    return check->method ? check->method : check->body ? "POST" : "GET";
}

static bool has_http(const SmokeCheck *check)
{
    return check->method || check->headers.len || check->body || check->status || check->contains ||
           check->json.len || check->latency_ms || check->redirect;
}

static bool check_kind(const BlockReader *reader, const YamlNode *node, SmokeCheck *check)
{
    int kinds = !!check->url + !!check->sql + !!check->sql_file + !!check->argv;
    if (kinds != 1)
        return block_wrong(reader, node, NULL,
                           kinds ? "a smoke check has one of url:, sql:, file: and command:"
                                 : "a smoke check needs url:, sql:, file: or command:");
    if (!check->url && has_http(check))
        return block_wrong(reader, node, NULL,
                           "method, headers, body, status, contains, json, latency and redirects "
                           "belong to a url:");
    check->kind = check->url ? SMOKE_HTTP : check->argv ? SMOKE_COMMAND : SMOKE_SQL;
    return true;
}

static bool read_check(const BlockReader *reader, const YamlNode *node, SmokeChecks *checks)
{
    Arena *arena = reader->context->arena;
    SmokeCheck check = {
        .where = block_where(reader, node), .retries = RETRIES, .interval_ms = INTERVAL_MS};
    if (!block_read(reader, node, KEYS, sizeof KEYS / sizeof *KEYS, &check) ||
        !check_kind(reader, node, &check))
        return false;
    if (!check.name)
        check.name = arena_printf(arena, "%zu", checks->len + 1);
    VEC_EACH (const SmokeCheck, other, checks)
        if (strcmp(other->name, check.name) == 0)
            return block_wrong(reader, node, NULL, "two smoke checks are called \"%s\"",
                               check.name);
    *vec_append(arena, checks) = check;
    return true;
}

bool smoke_settings_read(const BlockReader *reader, const YamlNode *list, SmokeChecks *checks)
{
    BlockReader inner = *reader;
    inner.example = EXAMPLE;
    if (block_is_empty(list))
        return true;
    if (list->kind != YAML_LIST)
        return block_wrong(&inner, list, NULL, "expected a list of smoke checks here");
    for (size_t i = 0; i < list->count; i++)
        if (!read_check(&inner, &list->children[i], checks))
            return false;
    return true;
}
