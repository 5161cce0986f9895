#include "report/sarif.h"

#include "base/text.h"

void sarif_begin(JsonStream *json)
{
    json->lines = 4; // a result a line
    json_begin_object(json);
    json_key_text(json, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    json_key_text(json, "version", "2.1.0");
    json_key(json, "runs");
    json_begin_list(json);
    json_begin_object(json);
    json->lines = 6; // a rule a line
}

void sarif_rules(JsonStream *json, const char *tool_version)
{
    json_key(json, "tool");
    json_begin_object(json);
    json_key(json, "driver");
    json_begin_object(json);
    json_key_text(json, "name", "migrate-safe");
    json_key_text(json, "version", tool_version);
    json_key(json, "rules");
    json_begin_list(json);
}

void sarif_rules_end(JsonStream *json)
{
    json_end(json);
    json_end(json);
    json_end(json);
}

void sarif_results(JsonStream *json)
{
    json->lines = 4;
    json_key_text(json, "columnKind", "unicodeCodePoints");
    json_key(json, "results");
    json_begin_list(json);
}

void sarif_end(JsonStream *json, bool was_successful, int exit_code)
{
    json_end(json);
    json_key(json, "invocations");
    json_begin_list(json);
    json_begin_object(json);
    json_key_flag(json, "executionSuccessful", was_successful);
    json_key_number(json, "exitCode", exit_code);
    json_end(json);
    json_end(json);
    json_end(json);
    json_end(json);
    json_end(json);
}

void sarif_text(JsonStream *json, const char *key, const char *text)
{
    json_key(json, key);
    json_begin_object(json);
    json_key_text(json, "text", text);
    json_end(json);
}

// A path as the URI that SARIF wants: RFC 3986, relative where the path is.
static const char *uri(Arena *arena, const char *path)
{
    static const char PLAIN[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/!$&'()*+,;=@";
    static const char HEX[] = "0123456789ABCDEF";
    TEXT_SCOPED out;
    text_init(&out, strlen(path) * 3 + 16);
    if (path[0] == '/')
        text_append(&out, STR("file://"));
    while (str_starts(str_from(path), STR("./")))
        path += 2;
    for (; *path; path++) {
        unsigned char c = (unsigned char)*path;
        if (strchr(PLAIN, *path)) {
            text_append_char(&out, *path);
            continue;
        }
        text_append_char(&out, '%');
        text_append_char(&out, HEX[c >> 4]);
        text_append_char(&out, HEX[c & 15]);
    }
    return arena_dup(arena, text_str(&out));
}

static void write_region(JsonStream *json, Position from, Position to)
{
    json_key(json, "region");
    json_begin_object(json);
    json_key_number(json, "startLine", from.line);
    json_key_number(json, "startColumn", from.column);
    json_key_number(json, "endLine", to.line);
    json_key_number(json, "endColumn", to.column);
    json_end(json);
}

void sarif_location(JsonStream *json, Arena *arena, const char *file, Position from, Position to)
{
    json_key(json, "locations");
    json_begin_list(json);
    json_begin_object(json);
    json_key(json, "physicalLocation");
    json_begin_object(json);
    json_key(json, "artifactLocation");
    json_begin_object(json);
    json_key_text(json, "uri", uri(arena, file));
    json_end(json);
    if (from.line)
        write_region(json, from, to);
    json_end(json);
    json_end(json);
    json_end(json);
}
