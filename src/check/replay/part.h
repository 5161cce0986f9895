// The parts of relations that several kinds of statement make: columns, constraints, indexes, what
// a child has of its parents. Refuses users outside of check/replay/. Invariant: what is made under
// a name that PostgreSQL makes up has that name.
#pragma once

#include "check/replay/replaying.h"

// Reads a ColumnDef; its constraints are left to the functions below. A serial or identity column
// gets its sequence.
void read_column(const Replay *replay, Relation *relation, const Node *definition, Column *column);
// A sequence of a column's own, by its generated name.
void add_owned_sequence(const Replay *replay, Relation *relation, const char *column);

// In the order in which CREATE TABLE and ALTER TABLE make them.
typedef enum ConstraintPass {
    PASS_CHECK, // and NOT NULL
    PASS_PRIMARY,
    PASS_UNIQUE, // and EXCLUDE
    PASS_FOREIGN,
    PASS_END,
} ConstraintPass;

// A Constraint node; `column` is the one that it stands behind, NULL of a table's. One that is not
// of this pass is passed over. In a new table NOT VALID says nothing. NULL: none was made.
Constraint *add_constraint(const Replay *replay, Relation *relation, const Node *node,
                           const char *column, ConstraintPass pass, bool is_new_table);
// All of a column's own.
void add_column_constraints(const Replay *replay, Relation *relation, const Node *definition,
                            const char *column, ConstraintPass pass, bool is_new_table);

// Takes IndexElem nodes into `index` (columns, expressions), and gives the parts of a generated
// name.
Words read_index_columns(const Replay *replay, const Relation *relation, const Node *elements,
                         const Node *including, Index *index);
// `source` of `from` again for `relation`, with its constraint; NULL when it has one by that
// parent.
Index *copy_index(const Replay *replay, const Relation *from, const Index *source,
                  Relation *relation, bool is_part);

// What `child` gets of `parent`: columns, checks; of a partitioned one indexes, foreign keys,
// triggers.
void inherit_columns(const Replay *replay, Relation *child, const Relation *parent);
void inherit_checks(const Replay *replay, Relation *child, const Relation *parent);
void inherit_of_partitioned(const Replay *replay, Relation *child, const Relation *parent);
// All of it again, down to the last: what is there already stays.
void inherit_by_children(const Replay *replay, const Relation *relation);
Column *copy_column(const Replay *replay, Relation *relation, const Column *source);

// Removal, with what hangs on it in the model. Where the server would have refused without CASCADE,
// the statement ran, so nothing did hang on it, or CASCADE was said.
void remove_relation(const Replay *replay, Relation *relation);
void remove_column(const Replay *replay, Relation *relation, const char *name);
void remove_constraint(const Replay *replay, Relation *relation, Constraint *constraint);
// Foreign keys that rest on a unique or primary key of these columns.
void remove_keys_on(const Replay *replay, Relation *relation, const Words *columns);
void remove_index(const Replay *replay, Relation *relation, Index *index);
// Foreign keys that rest on a unique index or key of these columns: CASCADE takes them along.
void remove_keys_on(const Replay *replay, Relation *relation, const Words *columns);

// `child` no longer gets anything of `parent`.
void leave_parent(const Replay *replay, Relation *child, Relation *parent, bool is_detached);
void take_parent(const Replay *replay, Relation *child, Relation *parent);
bool is_partitioned(const Relation *relation);

// `words` with another word in place of `old`; shared lists stay as they are.
void rename_word(const Replay *replay, Words *words, const char *old, const char *new_word);

void drop_trigger(Relation *relation, const char *name);
void rename_trigger(Relation *relation, const char *name, const char *new_name);
void drop_policy(Relation *relation, const char *name);
void rename_policy(Relation *relation, const char *name, const char *new_name);
