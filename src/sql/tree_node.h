// How a tree lies in memory: one array of nodes, each before what is inside it.
// Refuses users: only the reader and tree.c include this. Invariant: `extent` nodes from a node on
// are the node and all that is inside; what follows them is its next sibling, or is_last says no.
#pragma once

#include "sql/tree.h"

typedef enum NodeType {
    NODE_NULL,
    NODE_BOOL,
    NODE_INTEGER,
    NODE_STRING,
    NODE_LIST,
    NODE_RECORD,
} NodeType;

struct Node {
    const char *name; // of the field; NULL in a list
    const char *kind; // of a record; NULL when the tree does not say it
    union {
        const char *text;
        int64_t integer;
        uint64_t fields; // of a record: field_bit() of each, so that most absent ones cost nothing
    };
    uint32_t extent;
    uint8_t type : 7; // NodeType
    uint8_t is_last : 1;
    uint8_t name_length; // or as much of it as fits: no name that is asked for is so long
    uint16_t key;        // name_key() of the name, so that most others need not be looked at
};

// The first two letters of a name, or of the first part of a path.
static inline uint16_t name_key(const char *name)
{
    unsigned char first = (unsigned char)name[0];
    unsigned char second = (unsigned char)(first && name[1] != '.' ? name[1] : '\0');
    return (uint16_t)(first | second << 8);
}

static inline uint64_t field_bit(uint16_t key)
{
    return UINT64_C(1) << (key * UINT32_C(0x9E3779B1) >> 26);
}
