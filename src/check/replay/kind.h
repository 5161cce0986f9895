// What each kind of statement does to the model; replay.c has the table that calls these.
// Refuses users outside of check/replay/. Invariant: the node is of the kind that the name says,
// and each copes with objects that were never seen.
#pragma once

#include "check/replay/replaying.h"

void replay_create_table(const Replay *replay, const Node *node);
void replay_create_foreign_table(const Replay *replay, const Node *node);
void replay_alter_table(const Replay *replay, const Node *node);
void replay_create_index(const Replay *replay, const Node *node);
void replay_create_trigger(const Replay *replay, const Node *node);
void replay_create_policy(const Replay *replay, const Node *node);

void replay_create_sequence(const Replay *replay, const Node *node);
void replay_alter_sequence(const Replay *replay, const Node *node);

void replay_create_enum(const Replay *replay, const Node *node);
void replay_alter_enum(const Replay *replay, const Node *node);
void replay_create_domain(const Replay *replay, const Node *node);
void replay_alter_domain(const Replay *replay, const Node *node);
void replay_create_composite(const Replay *replay, const Node *node);
void replay_create_range(const Replay *replay, const Node *node);
void replay_define(const Replay *replay, const Node *node); // CREATE TYPE of a base type

void replay_create_view(const Replay *replay, const Node *node);
void replay_create_table_as(const Replay *replay, const Node *node);

void replay_create_routine(const Replay *replay, const Node *node);
void replay_alter_routine(const Replay *replay, const Node *node);

void replay_create_schema(const Replay *replay, const Node *node);
void replay_create_extension(const Replay *replay, const Node *node);
void replay_create_publication(const Replay *replay, const Node *node);
void replay_alter_publication(const Replay *replay, const Node *node);

void replay_insert(const Replay *replay, const Node *node); // and MERGE
void replay_copy(const Replay *replay, const Node *node);
void replay_select(const Replay *replay, const Node *node); // SELECT INTO, set_config()
void replay_change(const Replay *replay, const Node *node); // UPDATE, DELETE: their WITH

void replay_rename(const Replay *replay, const Node *node);
void replay_set_schema(const Replay *replay, const Node *node);
void replay_drop(const Replay *replay, const Node *node);

void replay_set(const Replay *replay, const Node *node);
void replay_discard(const Replay *replay, const Node *node);

// One statement of CREATE SCHEMA, by its kind; replay.c has it.
void replay_node(const Replay *replay, const Node *node);
