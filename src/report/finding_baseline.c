#include "report/finding_baseline.h"

#include "check/rules/rule.h"
#include "io/file.h"
#include "io/json_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA "migrate-safe/lint-baseline/1"

enum {
    BASELINE_BYTES_MAX = 256 * 1024 * 1024
};

static bool is_none(const char *path, Err *err)
{
    fail(err, ERR_CONFIG, "this is no baseline of migrate-safe");
    err_at(err, path, (Position){0});
    return err_hint(err, "write one: migrate-safe lint --write-baseline %s", path);
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

bool finding_baseline_read(Arena *arena, const char *path, FindingBaseline *ret_baseline, Err *err)
{
    Str text;
    FindingBaseline baseline = {.path = arena_strdup(arena, path)};
    if (!file_exists(path)) {
        fail(err, ERR_IO, "there is no baseline %s", path);
        return err_hint(err, "write it: migrate-safe lint --write-baseline %s", path);
    }
    ARENA_SCOPED scratch = arena_new();
    if (!file_read(scratch, path, BASELINE_BYTES_MAX, &text, err))
        return false;
    JSON_SCOPED document = json_read(text, path, err);
    if (!document)
        return err_hint(err, "write it anew: migrate-safe lint --write-baseline %s", path);
    const char *schema = json_string_value(json_object_get(document, "schema"));
    const json_t *list = json_object_get(document, "findings");
    if (!schema || strcmp(schema, SCHEMA) != 0 || !json_is_array(list))
        return is_none(path, err);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *print = json_object_get(json_array_get(list, i), "fingerprint");
        if (!json_is_string(print))
            return is_none(path, err);
        *vec_append(arena, &baseline.fingerprints) = arena_strdup(arena, json_string_value(print));
    }
    vec_sort(&baseline.fingerprints, by_text);
    *ret_baseline = baseline;
    return true;
}

void finding_baseline_apply(Arena *arena, const FindingBaseline *baseline, Findings *findings)
{
    const char *why = arena_printf(arena, "in the baseline %s", baseline->path);
    VEC_EACH (Finding, finding, findings) {
        const char *print = finding->fingerprint;
        if (finding->ignored || !baseline->fingerprints.len ||
            !bsearch(&print, baseline->fingerprints.items, baseline->fingerprints.len, sizeof print,
                     by_text))
            continue;
        finding->ignored = why;
        finding->is_known = true;
    }
}

// A finding a line, so that two versions of it can be compared.
static void write_all(FILE *stream, const Findings *findings)
{
    JsonStream json = {.file = stream, .lines = 2};
    json_begin_object(&json);
    json_key_text(&json, "schema", SCHEMA);
    json_key(&json, "findings");
    json_begin_list(&json);
    VEC_EACH (const Finding, finding, findings) {
        if (finding->ignored && !finding->is_known)
            continue;
        json_begin_object(&json);
        json_key_text(&json, "fingerprint", finding->fingerprint);
        json_key_text(&json, "rule", finding->rule->id);
        json_key_text(&json, "file", finding->file);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
}

bool finding_baseline_write(const char *path, const Findings *findings, Err *err)
{
    char *bytes = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&bytes, &size);
    if (!stream)
        return fail_errno(err, ERR_IO, errno, "%s cannot be written", path);
    write_all(stream, findings);
    bool is_whole = fclose(stream) == 0;
    bool ok = is_whole ? file_write(path, (Str){bytes, size}, 0644, err)
                       : fail(err, ERR_IO, "%s cannot be written: out of memory", path);
    free(bytes);
    return ok;
}
