// Quarantine: the SQL that moves a table or a column aside where it would be dropped, keeps a
// changed column's old self, captures rows before they are deleted or overwritten, and brings each
// back. Refuses to run anything and to look anything up: what the caller does not know is left out
// and does not come back. Invariant: what was set aside carries a comment that is enough for the
// way back, and no statement needs a function of ours in the target.
//
// Statements have no semicolon and belong into one transaction, in their order. Names are the
// catalog's own, not quoted; what is called SQL goes into a statement as it is.
#pragma once

#include "base/words.h"

#include <stdint.h>

#define QUARANTINE_SCHEMA  "migrate_safe_quarantine"
#define QUARANTINE_COMMENT "migrate-safe quarantine: " // before one line of JSON

typedef enum QuarantineKind {
    QUARANTINE_TABLE,
    QUARANTINE_COLUMN,
    QUARANTINE_CHANGED, // what a column was before its type was changed
    QUARANTINE_ROWS,
} QuarantineKind;

const char *quarantine_kind_word(QuarantineKind kind); // "table", as the JSON has it
bool quarantine_kind_parse(const char *word, QuarantineKind *ret_kind);

// All are cut at 63 bytes: a hash of the whole name then tells two of them apart.
// `taken` (NULL: none): names that the same change gave already; a table of the same name in
// another schema is one.
const char *quarantine_table_name(Arena *arena, const char *schema, const char *name,
                                  const char *version, const Words *taken);
const char *quarantine_column_name(Arena *arena, const char *name, const char *version);
// `number` counts what one migration captures of one table, from 1.
const char *quarantine_rows_name(Arena *arena, const char *table, const char *version, int number);

typedef struct QuarantineForeignKey {
    const char *schema; // of the table that has it
    const char *table;
    const char *name;
    const char *definition; // SQL, as pg_get_constraintdef; NULL: it does not come back
} QuarantineForeignKey;

typedef struct QuarantineGrant {
    const char *to;         // SQL: a role in quotes, or PUBLIC
    const char *privileges; // SQL: "SELECT, UPDATE (note)"
    bool is_grantable;
} QuarantineGrant;

typedef struct QuarantinePublication {
    const char *name;
    const char *rest; // SQL behind the table: " (id, note) WHERE (id > 7)"; NULL: nothing
} QuarantinePublication;

// What has a name in the table's schema, and would be in the way of the next one set aside.
typedef struct QuarantinePart {
    const char *kind; // SQL: "INDEX", "SEQUENCE", of a partition "TABLE"
    const char *schema;
    const char *name;
    const char *now; // NULL: made of its name and the version
} QuarantinePart;

typedef struct QuarantineParent {
    const char *schema;
    const char *name;
    const char *bound; // SQL of a partition: "FOR VALUES IN (1)"; NULL: of INHERITS
} QuarantineParent;

// Of an ordinary or partitioned table. A view, a materialised view, a foreign table loses no rows
// by DROP: there is nothing to set aside. Views that read the table go on reading it, and purging
// it is refused while they do. Triggers, policies, statistics move with it; sequences that it owns
// and indexes do as well, and are renamed where they are among `parts`. A sequence of an identity
// column is one of them. Not for one that others INHERIT from: their rows are not its own.
//
// Only what a snapshot knows comes back, for a caller that has but replayed migrations:
// definitions of foreign keys, grants, publications, the user's comment. Nobody but its owner
// reaches into the quarantine's schema, so `grants` may stay empty; then they stay as they are.
typedef struct QuarantineTable {
    const char *version;
    const char *schema;
    const char *name;
    const char *now; // NULL: made of its name and the version
    // To it and from it, but not to itself: each would go on refusing what the application does.
    VEC(QuarantineForeignKey) foreign_keys;
    VEC(QuarantineGrant) grants;
    VEC(QuarantinePublication) publications; // those that name it
    VEC(QuarantineParent) parents;           // left, with the foreign keys that came from them
    VEC(QuarantinePart) parts;               // partitions (all the way down) are parts
    const char *comment;                     // the user's; NULL: none, or not known
} QuarantineTable;

typedef struct QuarantineConstraint {
    const char *name;
    const char *definition; // SQL; NULL: it does not come back
    bool is_index;          // of its own: the definition is that of CREATE INDEX
} QuarantineConstraint;

// It stays in its table, renamed, and takes NULL where nothing is written. The application sees it
// in SELECT *: a privilege that hides one column is a privilege on each of the others, so none is
// touched. An identity column goes on filling itself, so it keeps NOT NULL. A generated column has
// no form: it holds nothing that its drop loses. Plain indexes stay: they block nobody, and making
// them again would.
typedef struct QuarantineColumn {
    const char *version;
    const char *schema;
    const char *table;
    const char *name;
    const char *now; // NULL: made of its name and the version
    bool is_not_null;
    bool is_identity;
    const char *not_null_name;         // of the constraint, since 18; NULL: not known
    const char *default_sql;           // NULL: none, or not known; DROP DEFAULT in any case
    VEC(QuarantineConstraint) dropped; // that DROP COLUMN would drop, but for plain indexes
    const char *comment;               // the user's; NULL: none, or not known
} QuarantineColumn;

// The copy is made as a stored generated column that then stops being one: a rewrite, as the
// change of type is one, but no dead rows and no trigger. It has what the rows had; what is written
// later has NULL there.
typedef struct QuarantineChange {
    const char *version;
    const char *schema;
    const char *table;
    const char *name;
    const char *now;      // of its old self; NULL: made of its name and the version
    const char *type;     // SQL, the old one, with its COLLATE
    const char *new_type; // SQL
    const char *using;    // SQL of USING; NULL: the types' own cast. With one, no way back is known
} QuarantineChange;

typedef enum QuarantineCapture {
    QUARANTINE_DELETE,
    QUARANTINE_UPDATE,
    QUARANTINE_TRUNCATE,
} QuarantineCapture;

const char *quarantine_capture_word(QuarantineCapture capture); // "delete", as the JSON has it
bool quarantine_capture_parse(const char *word, QuarantineCapture *ret_capture);

// DELETE and UPDATE: `statement` becomes the source of the copy by RETURNING, so that what is
// copied is what was changed, whatever its WHERE says. For an UPDATE, the same statement reads the
// rows as they were before it (RETURNING knows no old values before PostgreSQL 18); so that nobody
// writes between the two, the table is locked SHARE ROW EXCLUSIVE: readers go on, other writers
// wait until the end of the transaction. A DELETE locks nothing that it did not. TRUNCATE: copied
// by a statement in front of it, under the same lock: TRUNCATE's own would keep readers out while
// the rows are copied.
//
// The caller refuses what a copy cannot hold: rows that ON DELETE or TRUNCATE ... CASCADE takes
// elsewhere, what triggers write to other columns or tables, a RETURNING of the user's, a WITH that
// writes.
typedef struct QuarantineRows {
    const char *version;
    const char *schema;
    const char *table;
    int number;      // see quarantine_rows_name
    const char *now; // of the copy; NULL: made of the three above
    QuarantineCapture capture;
    // Of a DELETE and TRUNCATE all but the generated ones; of an UPDATE those that it sets.
    Words columns;
    Words key;             // of an UPDATE: a primary key that it does not set
    const char *statement; // the user's, SQL
    const char *alias;     // that it gives the table; NULL: none
    bool is_only;          // TRUNCATE ONLY
} QuarantineRows;

// What reads rows, and what needs another table to be there: a transaction for each, which may also
// be the same. Rows may refuse it; then it is left out, and with it what needs it.
typedef struct QuarantineStep {
    const char *sql;
    bool needs_previous;
} QuarantineStep;

// Of several things first all `statements`, in any order of the things, then all `behind`.
typedef struct QuarantineBack {
    Words statements;
    VEC(QuarantineStep) behind;
} QuarantineBack;

void quarantine_table(Arena *arena, const QuarantineTable *table, Words *ret_statements);
void quarantine_table_back(Arena *arena, const QuarantineTable *table, QuarantineBack *ret_back);

void quarantine_column(Arena *arena, const QuarantineColumn *column, Words *ret_statements);
void quarantine_column_back(Arena *arena, const QuarantineColumn *column, QuarantineBack *ret_back);

// In front of the statement that changes the type.
void quarantine_change(Arena *arena, const QuarantineChange *change, Words *ret_statements);
// Rows that still have what the cast made of the old value get the old value; others keep theirs,
// and an error says which does not fit the old type. False: a USING was applied that nobody can
// turn round.
bool quarantine_change_back(Arena *arena, const QuarantineChange *change, Words *ret_statements);

// With the user's statement among them.
void quarantine_rows(Arena *arena, const QuarantineRows *rows, Words *ret_statements);
// Fails where rows were written meanwhile: by the unique constraints for what was deleted (without
// one there is no conflict), for what was updated where a column that it set has another value now
// than it wrote. Drops the copy.
void quarantine_rows_back(Arena *arena, const QuarantineRows *rows, Words *ret_statements);

// The JSON of a comment of ours. False: it is not one.
bool quarantine_comment_read(const char *comment, Str *ret_json);
