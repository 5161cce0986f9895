// What an ALTER TABLE subcommand says about a column: the table and column as the user wrote them,
// as SQL needs them and as the model knows them; clauses as they stand in the file.
// Refuses to judge. Invariant: a subject is of a table with rows of its own that others see or that
// holds rows: never a composite type, a view or a table that is new and empty.
#pragma once

#include "check/rules/verdict.h"

typedef struct ColumnSubject {
    const Judged *judged;
    const Node *range;        // RangeVar
    const Node *definition;   // ColumnDef; NULL where the command has none
    const Relation *relation; // NULL: its CREATE was never seen
    const Column *column;     // NULL: likewise, or not there
    const char *full;         // "public.users": what findings are about
    const char *table;        // as written, for people: "users"
    const char *name;         // of the column, for people
    const char *sql_table;    // quoted where SQL needs it: shop."order"
    const char *sql_name;
    bool is_known;     // the table was made in the chain: what it lacks is not there
    bool is_invisible; // nobody else can wait for it: temporary, or made in this transaction
} ColumnSubject;

// The command that a judgement is about, so that what several rules need is made once.
typedef struct CommandKey {
    int file;
    int statements;
    const ParsedStatement *parsed;
    const Node *command;
} CommandKey;

// Whether it still is the one that `key` was set for; sets it. What was made lies in scratch
// memory.
bool is_same_command(CommandKey *key, const Judged *judged);

// Of the current command (ALTER TABLE), or of RENAME COLUMN. False when there is nothing to judge.
bool column_subject(const Judged *judged, ColumnSubject *ret_subject);

// The constraint of a ColumnDef ("CONSTR_DEFAULT"); NULL: none.
const Node *column_constraint(const Node *definition, const char *contype);
// NOT ENFORCED stands behind it.
bool column_constraint_is_enforced(const Node *constraint);
// The expression of DEFAULT; NULL when there is none or it is DEFAULT NULL.
const Node *column_default(const Node *definition);
// smallserial, serial, bigserial: "int2", "int4", "int8"; NULL: another type.
const char *column_serial_type(const Node *definition);

// A TypeName is this type of PostgreSQL's own: "json".
bool column_type_is(const Node *type_name, const char *name);
// "varchar(20)", of a TypeName
const char *column_type_words(const ColumnSubject *subject, const Node *type_name);
// From byte `from` of the statement to the next comma, semicolon or closing parenthesis of that
// level, or to byte `until` (0: none); without comments, blanks as one.
const char *clause_text(const Judged *judged, size_t from, size_t until);
// "CHECK (a > 0)", "DEFAULT now()": a constraint of the definition as written.
const char *column_constraint_text(const ColumnSubject *subject, const Node *constraint);
// The same of a default, without the word.
const char *column_default_text(const ColumnSubject *subject);
// "email varchar(20) COLLATE "C" NOT NULL": the definition without constraints of these kinds
// ("CONSTR_CHECK CONSTR_UNIQUE"), and what belongs to them.
const char *column_text_without(const ColumnSubject *subject, const char *contypes);

// A view that reads the column, or may.
typedef struct ColumnReader {
    const Relation *view;
    bool is_star;      // made with *
    bool is_uncertain; // which columns it reads is not known
} ColumnReader;

typedef VEC(ColumnReader) ColumnReaders;

// Views that read the table, each once; with `column` only those that need it, or may.
void column_readers(const ColumnSubject *subject, const Column *column, ColumnReaders *ret_readers);

const char *sql_relation(Arena *arena, const Relation *relation); // as SQL needs its name
// "users_email_check", cut as PostgreSQL cuts it, quoted where needed.
const char *sql_made_name(const ColumnSubject *subject, const char *suffix);
// "UPDATE users SET token = VALUE WHERE ... LIMIT 5000", to be repeated until it changes no row.
// `condition` NULL: the column is NULL.
const char *sql_batch(const ColumnSubject *subject, const char *column, const char *value,
                      const char *condition);
// A column that a trigger and batches fill with an expression of the row's other columns, up to the
// batches.
const char *sql_computed_column(const ColumnSubject *subject, const char *column, const char *type,
                                const char *expression, const char *condition);
// NOT NULL without a scan under ACCESS EXCLUSIVE: the lines for the majors that are judged for.
const char *sql_not_null(const ColumnSubject *subject);

// Reports about the subject; `at` NULL: the command. Where nobody can wait for it, what only blocks
// is no more than a notice.
Finding *subject_report(const ColumnSubject *subject, const Node *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
