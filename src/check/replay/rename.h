// A relation or a type by another name, for itself and for those who refer to it.
// Refuses users outside of check/replay/. Invariant: after it, what referred still does.
#pragma once

#include "check/replay/replaying.h"

void move_relation(const Replay *replay, Relation *relation, const char *schema, const char *name);
void move_type(const Replay *replay, Type *type, const char *schema, const char *name);
void rename_column(const Replay *replay, Relation *relation, const char *old, const char *name);
void rename_constraint(const Replay *replay, Relation *relation, const char *old, const char *name);
void rename_index(const Replay *replay, Relation *relation, Index *index, const char *name);
