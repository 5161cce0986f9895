#include "cli/block_reader.h"

#include "base/nearest.h"
#include "base/text.h"
#include "cli/settings.h"
#include "migration/duration.h"

#include <stdlib.h>
#include <string.h>

enum {
    COUNT_MOST = 1000000,
    DURATION_MOST_MS = 7 * 24 * 3600 * 1000,
};

bool block_wrong(const BlockReader *reader, const YamlNode *node, const char *hint,
                 const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *message = arena_vprintf(reader->context->arena, format, args);
    va_end(args);
    fail(reader->err, ERR_CONFIG, "%s", message);
    err_hint(reader->err, "%s", hint ? hint : reader->example);
    return err_at(reader->err, reader->file, node->position);
}

bool block_is_empty(const YamlNode *node)
{
    return node->kind == YAML_SCALAR && !*node->text;
}

const char *block_where(const BlockReader *reader, const YamlNode *node)
{
    return arena_printf(reader->context->arena, "%s:%d:%d", reader->file, node->position.line,
                        node->position.column);
}

static bool unknown_key(const BlockReader *reader, const YamlNode *node, const BlockKey *keys,
                        size_t count)
{
    TEXT_SCOPED names;
    text_init(&names, 1024);
    Nearest nearest = nearest_to(str_from(node->key));
    for (size_t i = 0; i < count; i++) {
        nearest_offer(&nearest, keys[i].name);
        text_printf(&names, "%s%s", i ? ", " : "settings there: ", keys[i].name);
    }
    Arena *arena = reader->context->arena;
    return block_wrong(reader, node,
                       nearest.found ? arena_printf(arena, "did you mean: %s", nearest.found)
                                     : arena_dup(arena, text_str(&names)),
                       "unknown setting \"%s\" of %s", node->key, reader->block);
}

bool block_read(const BlockReader *reader, const YamlNode *map, const BlockKey *keys, size_t count,
                void *object)
{
    if (block_is_empty(map))
        return true;
    if (map->kind != YAML_MAP)
        return block_wrong(reader, map, NULL, "expected settings of %s here", reader->block);
    for (size_t i = 0; i < map->count; i++) {
        const YamlNode *node = &map->children[i];
        size_t key = 0;
        while (key < count && strcmp(keys[key].name, node->key) != 0)
            key++;
        if (key == count)
            return unknown_key(reader, node, keys, count);
        if (!keys[key].read(reader, node, object))
            return false;
    }
    return true;
}

bool block_text(const BlockReader *reader, const YamlNode *node, const char **ret_text)
{
    if (node->kind != YAML_SCALAR || !*node->text)
        return block_wrong(reader, node, NULL, "%s: takes one value", node->key);
    *ret_text = node->text;
    return true;
}

bool block_flag(const BlockReader *reader, const YamlNode *node, bool *ret_flag)
{
    bool is_true = node->kind == YAML_SCALAR && strcmp(node->text, "true") == 0;
    if (!is_true && (node->kind != YAML_SCALAR || strcmp(node->text, "false") != 0))
        return block_wrong(reader, node, NULL, "%s: is true or false", node->key);
    *ret_flag = is_true;
    return true;
}

bool block_count(const BlockReader *reader, const YamlNode *node, int64_t *ret_count)
{
    Str text = node->kind == YAML_SCALAR ? str_from(node->text) : (Str){0};
    int64_t count = str_is_digits(text) && text.n < 10 ? strtoll(node->text, NULL, 10) : -1;
    if (count < 0 || count > COUNT_MOST)
        return block_wrong(reader, node, NULL, "%s: takes a whole number", node->key);
    *ret_count = count;
    return true;
}

bool block_duration(const BlockReader *reader, const YamlNode *node, int64_t *ret_ms)
{
    int64_t ms = 0;
    if (node->kind != YAML_SCALAR || !duration_parse(str_from(node->text), &ms) || ms <= 0 ||
        ms > DURATION_MOST_MS)
        return block_wrong(reader, node, "write it with its unit: 250ms, 10s, 5min",
                           "%s: takes a time of at most a week", node->key);
    *ret_ms = ms;
    return true;
}

bool block_list(const BlockReader *reader, const YamlNode *node, Words *ret_words)
{
    Words words = {0};
    if (node->kind == YAML_SCALAR && *node->text)
        *vec_append(reader->context->arena, &words) = node->text;
    for (size_t i = 0; node->kind == YAML_LIST && i < node->count; i++) {
        if (node->children[i].kind != YAML_SCALAR || !*node->children[i].text)
            return block_wrong(reader, &node->children[i], NULL, "expected a text here");
        *vec_append(reader->context->arena, &words) = node->children[i].text;
    }
    if (!words.len)
        return block_wrong(reader, node, NULL, "%s: takes a text, or a list of them", node->key);
    *ret_words = words;
    return true;
}

bool block_command(const BlockReader *reader, const YamlNode *node, const char *const **ret_argv)
{
    Arena *arena = reader->context->arena;
    Words words = {0};
    size_t open;
    if (node->kind == YAML_SCALAR) {
        if (!words_split(arena, str_from(node->text), &words, &open))
            return block_wrong(reader, node, "close it, or write the command as a list of words",
                               "%s: has a quote without an end", node->key);
    } else if (!block_list(reader, node, &words)) {
        return false;
    }
    if (!words.len)
        return block_wrong(reader, node, NULL, "%s: takes a command", node->key);
    settings_program_from_folder(arena, reader->folder, &words);
    *vec_append(arena, &words) = NULL;
    *ret_argv = words.items;
    return true;
}
