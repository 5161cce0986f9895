// What each kind of statement does to the model; replay.c has the table that calls these.
// Refuses users outside of check/replay/. Invariant: the node is of the kind that the name says,
// and each copes with objects that were never seen.
#pragma once

#include "check/replay/replaying.h"

void replay_create_table(const Replay *replay, const Node *node);
void replay_alter_table(const Replay *replay, const Node *node);
void replay_create_index(const Replay *replay, const Node *node);
void replay_create_foreign_table(const Replay *replay, const Node *node);
