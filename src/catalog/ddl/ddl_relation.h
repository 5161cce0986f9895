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
// NOT NULL, by its constraint's name where it has one.
const char *ddl_not_null_clause(const Ddl *ddl, const SnapshotObject *column);
// The constraint of a column; NULL: it has none, as before 18.
const SnapshotObject *ddl_not_null_of(const Ddl *ddl, const DdlParts *parts,
                                      const SnapshotObject *column);
const SnapshotObject *ddl_not_null_column(const Ddl *ddl, const DdlParts *parts,
                                          const SnapshotObject *constraint);
bool ddl_is_not_null(const SnapshotObject *constraint);
// The column's definition can say it: it is valid.
bool ddl_is_not_null_of_definition(const Ddl *ddl, const SnapshotObject *constraint);
// An identity column, and `other`, the same at another time, may be null: the constraint comes
// before the identity, and goes behind it, by the column's own statements.
bool ddl_has_identity_alone(const Ddl *ddl, const SnapshotObject *column,
                            const SnapshotObject *other);
void ddl_add_not_null(Ddl *ddl, const SnapshotObject *column);
bool ddl_not_null_is_of_column(const Ddl *ddl, const SnapshotObject *constraint, bool is_drop);
// One that has only another name is renamed: a key or an identity column may stand on it. False:
// there is none.
bool ddl_rename_not_null(Ddl *ddl, const SnapshotObject *now);
bool ddl_is_renamed_not_null(const Ddl *ddl, const SnapshotObject *then);
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
