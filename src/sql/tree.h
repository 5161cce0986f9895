// A parse tree as PostgreSQL's grammar gives it: nodes with a kind and fields, named as in the
// server's parsenodes.h; the tape that holds them.
// Refuses to know any kind. Invariant: every function takes NULL and what is not there, and answers
// NULL, 0, false or ""; none recurses, so no nesting is too deep.
//
//     if (node_is(node, "AlterTableStmt"))
//         NODE_EACH(command, node_field(node, "cmds"))
//             if (node_text_is(command, "subtype", "AT_DropColumn"))
//                 report(node_text(node, "relation.relname"), node_text(command, "name"));
//
// A field that is 0, false, "" or NULL is absent from the tree. Enumerations are their names in C.
#pragma once

#include "base/arena.h"
#include "base/err.h"

#include <stdint.h>

typedef struct Node Node;

// Reads the JSON that the parser wrote: it is written to, and must stay as long as the tree. NULL
// with `err` when it is none.
const Node *tree_read(Arena *arena, char *json, size_t length, Err *err)
    __attribute__((warn_unused_result));

// "AlterTableStmt". Where the grammar allows only one kind in a field (as RangeVar in `relation`)
// the tree does not name it, and this is "".
const char *node_kind(const Node *node);
bool node_is(const Node *node, const char *kind);

// `path` is a field, or fields with dots between them: "relation.relname".
const Node *node_field(const Node *node, const char *path);
bool node_has(const Node *node, const char *path);

// The values of a field; with path NULL of the node itself (in a list). A String, Integer, Float or
// Boolean node counts as its value.
const char *node_text(const Node *node, const char *path);
bool node_text_is(const Node *node, const char *path, const char *text);
int64_t node_int(const Node *node, const char *path);
bool node_flag(const Node *node, const char *path);

// Byte offset in the text that was parsed, from the node's own `location`. 0 also for the kinds
// that have none; -1 when the grammar made the node up.
int64_t node_location(const Node *node);

// The last of a list of names: "t" of {"s", "t"}.
const char *node_last_text(const Node *list);
// A list of names, or a RangeVar, as one text: "s.t"; without quotes, for people.
const char *node_dotted(Arena *arena, const Node *names);

// The items of a list, or the fields of a node.
size_t node_count(const Node *list);
const Node *node_first(const Node *list);
const Node *node_next(const Node *item);
const char *node_name(const Node *field); // of the field in its node; "" in a list
#define NODE_EACH(item, list)                                                                      \
    for (const Node *item = node_first(list); item; item = node_next(item))

// Everything below `root` and itself, in the tree's order: `item` is NULL at the end.
const Node *node_walk(const Node *root, const Node *item);
#define NODE_WALK(item, root) for (const Node *item = (root); item; item = node_walk(root, item))
// Whether `node` is `root` or below it, of the same tree.
bool node_is_below(const Node *root, const Node *node);
