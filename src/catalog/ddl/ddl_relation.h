// What the kinds of relations have in common, and how a column is said.
// Refuses to know when each is said. Invariant: none.
#pragma once

#include "catalog/ddl/ddl_kinds.h"
#include "catalog/ddl/ddl_text.h"

// "a=b, c=d" of reloptions as " (a = 'b', c = 'd')", each name behind `prefix`; "" where there is
// none.
const char *ddl_storage_options(const Ddl *ddl, const char *options, const char *prefix);
// SET and RESET that make `then` of them `now`: `before` is "ALTER TABLE app.t".
void ddl_change_storage_options(Ddl *ddl, const char *before, const char *then, const char *now,
                                const char *prefix);

// "a integer DEFAULT 5 NOT NULL"; `has_default`: also one that needs other objects.
const char *ddl_column_definition(const Ddl *ddl, const SnapshotObject *column, bool has_default);
// What no definition of a column says on every server: storage, compression, statistics, options.
void ddl_add_column_details(Ddl *ddl, const SnapshotObject *column);
// The table that a column, index or constraint is of; NULL: it is a view's.
const SnapshotObject *ddl_table_of(const DdlParts *parts, const SnapshotObject *part);
// It comes and goes with the parent's.
bool ddl_is_inherited(const SnapshotObject *part);
// Behind CREATE SEQUENCE and in an identity column.
const char *ddl_sequence_options(const Ddl *ddl, const SnapshotObject *sequence);
// "x" of "app.x".
const char *ddl_bare_name(const char *identity);
// For format(), whose sign is the per cent.
const char *ddl_doubled(Arena *arena, const char *text);
// Whether a part is its table's own beside being inherited: nothing takes that back, but for
// partitions, which own nothing.
bool ddl_refuse_inheritance(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now);
// "x" of "x on app.t".
const char *ddl_name_on_table(const Ddl *ddl, const SnapshotObject *object);
// Deparsed statements end with a semicolon.
const char *ddl_without_end(const Ddl *ddl, const char *sql);
