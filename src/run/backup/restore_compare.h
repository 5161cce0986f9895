// One table in two databases: which rows differ, by key and hash, in memory that does not grow with
// the table.
// Refuses to know what a table is for. Invariant: both are read under the same settings; the live
// one only.
#pragma once

#include "base/vec.h"
#include "pg/session.h"

typedef struct TableShape { // of one side
    const char *schema;
    const char *name;
    int64_t estimate;          // rows, as the planner knows it
    VEC(const char *) columns; // names
    VEC(const char *) types;   // of each column
    VEC(const char *) key;     // of the primary key; none: it has no key
} TableShape;

typedef VEC(TableShape) TableShapes;

typedef struct TableDifference {
    int64_t live_rows;
    int64_t only_live;
    int64_t only_copy;
    int64_t changed;
    bool has_no_key;
    const char *columns; // that only the live one has, or of another type; NULL: none
} TableDifference;

bool table_shapes(Arena *arena, Session *session, const char *own_schema, TableShapes *ret_shapes,
                  Err *err) __attribute__((warn_unused_result));
// Settings under which rows have one text, and a temporary table in the copy.
bool compare_prepare(Session *live, Session *copy, Err *err) __attribute__((warn_unused_result));
// `live` is in a transaction; after a failure it is as before.
bool compare_tables(Arena *arena, Session *live, Session *copy, const TableShape *live_shape,
                    const TableShape *copy_shape, TableDifference *ret_difference, Err *err)
    __attribute__((warn_unused_result));
