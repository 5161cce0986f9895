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
void alter_add_column(Altering *altering, const Node *command);
void alter_drop_column(Altering *altering, const Node *command);
void alter_column_type(Altering *altering, const Node *command);
void alter_set_not_null(Altering *altering, const Node *command);
void alter_drop_not_null(Altering *altering, const Node *command);
void alter_set_expression(Altering *altering, const Node *command);
void alter_identity(Altering *altering, const Node *command);
void alter_drop_identity(Altering *altering, const Node *command);

void alter_add_constraint(Altering *altering, const Node *command);
void alter_validate(Altering *altering, const Node *command);
void alter_drop_constraint(Altering *altering, const Node *command);
void alter_change_constraint(Altering *altering, const Node *command);
LockMode alter_constraint_mode(const Altering *altering, const Node *command);

void alter_attach(Altering *altering, const Node *command);
void alter_detach(Altering *altering, const Node *command);
LockMode alter_detach_mode(const Altering *altering, const Node *command);
void alter_inherit(Altering *altering, const Node *command);
