// YAML configuration as a small tree with positions (libfyaml).
// Refuses several documents, duplicate keys, and aliases that make it larger than 10,000 values.
// Invariant: every node knows its line and column, so that an error about a value can point at it.
#pragma once

#include "base/err.h"
#include "base/vec.h"

typedef enum YamlKind {
    YAML_SCALAR,
    YAML_MAP,
    YAML_LIST,
} YamlKind;

typedef struct YamlNode {
    YamlKind kind;
    Position position;
    const char *key;  // in a map, else NULL
    const char *text; // of a scalar; "" for an empty one
    struct YamlNode *children;
    size_t count;
} YamlNode;

// `text` must be UTF-8 (checked). An empty text is an empty map.
bool yaml_parse(Arena *arena, Str text, const char *file, YamlNode *ret_root, Err *err)
    __attribute__((warn_unused_result));
// Shows the line that the error's position names, for the caret below it; not one that may hold a
// password.
void yaml_quote(Err *err, Str text);
const YamlNode *yaml_find(const YamlNode *map, const char *key); // NULL when absent or no map
