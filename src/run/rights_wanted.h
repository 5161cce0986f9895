// What scripts will ask of role and server, by their words: relations that only their owner may
// change, further rights, schemas that something is made in, extensions.
// Refuses what runs inside of functions and DO blocks. Invariant: of what the scripts make
// themselves nothing is asked.
#pragma once

#include "base/words.h"
#include "migration/migration.h"

// "OWNER", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES" or "TRIGGER" of a relation,
// "INDEX" (making one in its schema), "SCHEMA" (making something in it), "DATABASE" (making a
// schema).
typedef struct WantedRight {
    const char *right;
    const char *name; // as SQL has it, quoted where it needs it; "" of DATABASE
    const char *file;
    Position position; // of the statement
} WantedRight;

typedef VEC(WantedRight) WantedRights;

typedef struct RightsWanted {
    Arena *arena;
    int server_major;
    Words owned;             // of "OWNER", by their leading words, as users write them
    Words extensions;        // of CREATE EXTENSION, as the catalog spells them
    const char *unqualified; // a table made without naming a schema, NULL when there is none
    bool is_detailed;        // `rights` is wanted too; every statement is parsed for it
    WantedRights rights;
    bool changes_role; // a script says who it is, or grants itself a role: rights are others then
    Words made;        // bare names
} RightsWanted;

void rights_wanted_add(RightsWanted *wanted, const Script *script);
