// What each kind of statement does to the lock plan; effect.c has the table that calls these.
// Refuses users outside of check/lock/. Invariant: the node is of the kind that the name says.
#pragma once

#include "check/lock/effecting.h"

void effect_alter_table(Effecting *effecting, const Node *node);
void effect_create_table(Effecting *effecting, const Node *node);
void effect_drop(Effecting *effecting, const Node *node);
void effect_rename(Effecting *effecting, const Node *node);
void effect_set_schema(Effecting *effecting, const Node *node);
void effect_create_index(Effecting *effecting, const Node *node);
void effect_drop_indexes(Effecting *effecting, const Node *node);
void effect_reindex(Effecting *effecting, const Node *node);
void effect_alter_domain(Effecting *effecting, const Node *node);
void effect_drop_types(Effecting *effecting, const Node *node);
void effect_create_view(Effecting *effecting, const Node *node);
void effect_refresh(Effecting *effecting, const Node *node);
void effect_alter_sequence(Effecting *effecting, const Node *node);
void effect_create_trigger(Effecting *effecting, const Node *node);
void effect_create_rule(Effecting *effecting, const Node *node);
void effect_create_policy(Effecting *effecting, const Node *node);
void effect_alter_policy(Effecting *effecting, const Node *node);
void effect_drop_on_table(Effecting *effecting, const Node *node);
void effect_rename_on_table(Effecting *effecting, const Node *node);
void effect_truncate(Effecting *effecting, const Node *node);
void effect_lock_table(Effecting *effecting, const Node *node);
void effect_rows(Effecting *effecting, const Node *node);
void effect_copy(Effecting *effecting, const Node *node);
void effect_explain(Effecting *effecting, const Node *node);
void effect_comment(Effecting *effecting, const Node *node);
void effect_vacuum(Effecting *effecting, const Node *node);
void effect_cluster(Effecting *effecting, const Node *node);
void effect_statistics(Effecting *effecting, const Node *node);
void effect_create_publication(Effecting *effecting, const Node *node);
void effect_alter_publication(Effecting *effecting, const Node *node);
void effect_do(Effecting *effecting, const Node *node);
void effect_unknown(Effecting *effecting, const Node *node);

// A statement inside of another.
void effect_statement(Effecting *effecting, const ParsedStatement *parsed);
