// Relations that a statement locks besides its own: the other ends of foreign keys, sequences that
// are owned, views that read, parents and default partitions.
// Refuses users outside of check/lock/. Invariant: only what the model knows; of the rest the reach
// of the effect tells.
#pragma once

#include "check/lock/effecting.h"

// The tables that `relation` references: all of them, or by foreign keys on `column`, or by the one
// named `constraint`.
void partners_referenced(Effecting *effecting, const Relation *relation, const char *column,
                         const char *constraint, LockMode mode);
// The tables with foreign keys to `relation`; to `column` of it when that is given.
void partners_referencing(Effecting *effecting, const Relation *relation, const char *column,
                          LockMode mode);
// Sequences of serial and identity columns.
void partners_sequences(Effecting *effecting, const Relation *relation, const char *column,
                        LockMode mode);
// Views that read it, and those that read them.
void partners_views(Effecting *effecting, const Relation *relation, const char *column,
                    LockMode mode);
// The default partition of `parent`; NULL: it has none, or it is `except`.
const Relation *default_partition(const Relation *parent, const Relation *except);
// The table that a FOREIGN KEY node references, and its partitions.
void partner_of_constraint(Effecting *effecting, const Node *constraint, const char *own_name);
