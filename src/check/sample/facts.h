// What generated rows have to keep, as a value: tables with columns, keys and checks; their types.
// Refuses to decide a value. Invariant: every name in an expression has its schema, so that it
// means the same under any search_path.
#pragma once

#include "base/words.h"

#include <stdint.h>

typedef struct SampleColumn {
    const char *name;
    int64_t type;
    int modifier;
    const char *type_name; // as in a cast: numeric(12,2), app.status[]
    bool is_not_null;
    const char *default_value; // SQL; NULL: none
    const char *generated;     // SQL; NULL: it is not
    const char *sequence;      // of an identity column, also of the one it is a partition's part of
} SampleColumn;

typedef VEC(SampleColumn) SampleColumns;

typedef struct SampleType {
    int64_t oid;
    const char *schema;
    const char *name;
    const char *qualified;
    char kind; // pg_type.typtype
    bool is_array;
    bool is_not_null;      // of a domain
    const char *base_name; // of a domain, with its modifier
    int64_t inner; // a domain's base, an array's element, a range's subtype, a multirange's range
    int modifier;  // of a domain
    int64_t relation;     // of a composite type: where its attributes are
    Words labels;         // of an enum
    Words checks;         // of a domain, over VALUE
    const char *accepted; // text that its input takes, with $ for a number; NULL: nobody tried
} SampleType;

typedef struct SampleCheck {
    const char *expression;
    Words columns; // empty: not known, as of a partition's bound
} SampleCheck;

typedef struct SampleKey {
    Words columns;
    int64_t referenced;
    const char *referenced_name;
    bool is_partitioned; // what it points to
    Words referenced_columns;
    bool is_match_full;
} SampleKey;

typedef struct SampleUnique {
    Words columns; // without those of expressions
    bool is_primary;
    bool is_deferrable;
} SampleUnique;

typedef struct SampleTable {
    int64_t oid;
    const char *qualified; // "app"."orders"
    const char *shown;     // app.orders
    bool is_partitioned;   // its partitions have its rows
    bool is_wanted;
    bool is_empty;          // surely
    VEC(int64_t) ancestors; // whose partition it is
    SampleColumns columns;
    VEC(SampleCheck) checks; // and the bound of a partition
    VEC(SampleKey) keys;
    VEC(SampleUnique) uniques;
} SampleTable;

typedef struct SampleRelation {
    int64_t oid;
    SampleColumns columns;
} SampleRelation;

typedef struct SampleFacts {
    VEC(SampleTable) tables;       // by name
    VEC(SampleRelation) relations; // by oid: tables and composite types
    VEC(SampleType) types;         // by oid
    bool is_unicode;               // the database holds any character
} SampleFacts;

const SampleType *sample_type(const SampleFacts *facts, int64_t oid); // NULL: not among them
const SampleColumns *sample_columns(const SampleFacts *facts, int64_t relation);
SampleColumn *sample_column(const SampleTable *table, const char *name);
bool sample_is_unique(const SampleTable *table,
                      const char *column); // it is part of something unique
bool sample_is_serial(const SampleColumn *column);
