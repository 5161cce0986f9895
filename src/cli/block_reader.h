// Values out of a nested block of the configuration file, with the position in every error.
// Refuses to know what the settings mean. Invariant: an unknown key is an error that names the
// nearest one, or all.
#pragma once

#include "cli/command.h"
#include "io/yaml.h"

typedef struct BlockReader {
    Context *context;
    const char *file;
    const char *folder; // of the file; "" when it is here
    const char *block;  // "hooks:", for errors
    const char *example;
    Origin origin;
    Err *err;
} BlockReader;

typedef struct BlockKey {
    const char *name;
    bool (*read)(const BlockReader *reader, const YamlNode *node, void *object);
} BlockKey;

// ERR_CONFIG with the node's position; `hint` NULL: the block's example.
bool block_wrong(const BlockReader *reader, const YamlNode *node, const char *hint,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));
// Each key of a map by its function. An empty scalar is an empty map.
bool block_read(const BlockReader *reader, const YamlNode *map, const BlockKey *keys, size_t count,
                void *object);
bool block_is_empty(const YamlNode *node);
const char *block_where(const BlockReader *reader, const YamlNode *node); // "file:4:7"
bool block_text(const BlockReader *reader, const YamlNode *node, const char **ret_text);
bool block_flag(const BlockReader *reader, const YamlNode *node, bool *ret_flag);
bool block_count(const BlockReader *reader, const YamlNode *node, int64_t *ret_count); // from 0
// More than 0.
bool block_duration(const BlockReader *reader, const YamlNode *node, int64_t *ret_ms);
// One text, or a list of them.
bool block_list(const BlockReader *reader, const YamlNode *node, Words *ret_words);
// A command line, as one text or word by word. A program that is named as a relative path is
// looked for from the file's folder on. Ends with NULL.
bool block_command(const BlockReader *reader, const YamlNode *node, const char *const **ret_argv);
