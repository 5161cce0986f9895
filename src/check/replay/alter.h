// The subcommands of ALTER TABLE; replay_alter.c has the table that calls these.
// Refuses users outside of check/replay/. Invariant: a column or constraint that was never seen is
// passed over, and what the server does to children is done to them.
#pragma once

#include "check/replay/replaying.h"

typedef struct Alter {
    const Replay *replay;
    Relation *relation;
    const Node *command; // AlterTableCmd
    bool is_only;        // ALTER TABLE ONLY
} Alter;

void alter_add_column(const Alter *alter);
void alter_drop_column(const Alter *alter);
void alter_type(const Alter *alter);
void alter_default(const Alter *alter);
void alter_set_not_null(const Alter *alter);
void alter_drop_not_null(const Alter *alter);
void alter_add_identity(const Alter *alter);
void alter_drop_identity(const Alter *alter);
void alter_set_expression(const Alter *alter);
void alter_drop_expression(const Alter *alter);

void alter_add_constraint(const Alter *alter);
void alter_drop_constraint(const Alter *alter);
void alter_validate(const Alter *alter);
void alter_constraint(const Alter *alter);

void alter_attach(const Alter *alter);
void alter_detach(const Alter *alter);
void alter_inherit(const Alter *alter);
void alter_no_inherit(const Alter *alter);

void alter_trigger(const Alter *alter);
void alter_row_security(const Alter *alter);
void alter_identity(const Alter *alter); // REPLICA IDENTITY
void alter_logged(const Alter *alter);
