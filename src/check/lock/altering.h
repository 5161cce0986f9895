// One ALTER TABLE while its lock plan is made, subcommand by subcommand.
// Refuses users outside of check/lock/. Invariant: `mode` is the strongest of all subcommands, as
// PostgreSQL asks for it once, before the first.
#pragma once

#include "check/lock/effecting.h"

typedef struct Altering {
    Effecting *effecting;
    const Node *range;
    const Relation *relation; // NULL: never seen made
    LockMode mode;
    LockReach reach;
    // what it does to the table's rows
    bool is_rewritten;
    bool is_scanned;
    bool builds_index;
    const char *why;
} Altering;

void altering_rewrites(Altering *altering, const char *why);
void altering_scans(Altering *altering, const char *why);
void altering_builds(Altering *altering, const char *why);

// Subcommands, by what they are about. Each gets the AlterTableCmd.
void locks_add_column(Altering *altering, const Node *command);
void locks_drop_column(Altering *altering, const Node *command);
void locks_column_type(Altering *altering, const Node *command);
void locks_set_not_null(Altering *altering, const Node *command);
void locks_drop_not_null(Altering *altering, const Node *command);
void locks_set_expression(Altering *altering, const Node *command);
void locks_identity(Altering *altering, const Node *command);
void locks_drop_identity(Altering *altering, const Node *command);

void locks_add_constraint(Altering *altering, const Node *command);
void locks_validate(Altering *altering, const Node *command);
void locks_drop_constraint(Altering *altering, const Node *command);
void locks_change_constraint(Altering *altering, const Node *command);
LockMode locks_constraint_mode(const Altering *altering, const Node *command);

void locks_attach(Altering *altering, const Node *command);
void locks_detach(Altering *altering, const Node *command);
LockMode locks_detach_mode(const Altering *altering, const Node *command);
void locks_inherit(Altering *altering, const Node *command);
