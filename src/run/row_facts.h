// What of a database's rows is not as it was, by counts and digests.
// Refuses to know why. Invariant: nothing is called equal that was not read at one snapshot.
#pragma once

#include "check/backup.h"
#include "check/round_trip.h"
#include "pg/session.h"

// Facts of all rows, at one snapshot; the session stands in no transaction. Further sessions by
// `url`, one for each core, share the work where there is enough.
bool rows_take(Arena *arena, Session *session, const char *url, DataFacts *ret_facts, Err *err)
    __attribute__((warn_unused_result));
// In a session of ours alone that asks for them again and again: its server keeps the queries.
bool rows_take_again(Arena *arena, Session *session, DataFacts *ret_facts, Err *err)
    __attribute__((warn_unused_result));
// The same, where only these relations (oids, with whatever else is no table) can have other rows
// than `base` says: what else is there now and in `base` keeps its facts.
bool rows_take_some(Arena *arena, Session *session, const char *url, const DataFacts *base,
                    const Words *touched, DataFacts *ret_facts, Err *err)
    __attribute__((warn_unused_result));
int64_t rows_count(const DataFacts *facts);
// "public.orders"
const char *rows_relation(Arena *arena, const char *schema, const char *name);
// Of the number of rows alone.
void rows_compare_counts(Arena *arena, const DataFacts *then, const DataFacts *now,
                         RoundTripLosses *lost, RoundTripLosses *remains);

// Says what of a table with as many rows as before and other values was changed; nothing: all of
// it.
typedef struct RowsChanged {
    bool (*tell)(void *context, const char *relation, int64_t rows, RoundTripLosses *lost,
                 Err *err);
    void *context;
} RowsChanged;

// What `now` has less or otherwise (`lost`) or more (`remains`) than `then`. `changed` may be NULL.
bool rows_compare_facts(Arena *arena, const DataFacts *then, const DataFacts *now,
                        const RowsChanged *changed, RoundTripLosses *lost, RoundTripLosses *remains,
                        Err *err) __attribute__((warn_unused_result));
