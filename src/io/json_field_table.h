// Words with which the tables of json_fields.h are written; OF is the struct at hand.
// Refuses to be included by headers: its names are short. Invariant: each table ends with LAST.
#pragma once

#include "io/json_fields.h"

// A function that gives an enum's words up to the last one.
#define WORD(name, type, last, word)                                                               \
    static const char *name(int value)                                                             \
    {                                                                                              \
        return value <= (int)(last) ? word((type)value) : NULL;                                    \
    }

#define AT(member)                offsetof(OF, member)
#define LIST(member, table, type) offsetof(OF, member), .fields = table, .size = sizeof(type)
// What is pointed to, or null.
#define POINTED(member, table, type) LIST(member, table, type)
#define INSIDE(member, table)        offsetof(OF, member), .fields = table
#define ONE_OF(member, words)        offsetof(OF, member), .word = words
#define LAST                                                                                       \
    {                                                                                              \
        NULL, JSON_FIELD_TEXT, 0                                                                   \
    }
