#include "run/round_trip.h"

#include "check/plan.h"
#include "queries.h"
#include "run/apply.h"
#include "run/captured_rows.h"
#include "run/round_trip_private.h"
#include "run/sample_rows.h"
#include "run/script.h"
#include "run/snapshot.h"
#include "sql/quote.h"

#include <stdlib.h>
#include <string.h>

enum {
    ROWS_USUAL = 8,
    ROWS_BETWEEN = 4,
    ADVANCES_MOST = 31,
    ROLES_MOST = 50 // made for one script
};

static const char *own_schema(const RoundTrips *trips)
{
    return trips->options.schema ? trips->options.schema : TARGET_DEFAULT_SCHEMA;
}

// ---- one direction of a migration

bool way_go(const Way *way, int64_t *ret_ms, Err *err)
{
    Migration *migration = arena_new_object(way->arena, Migration);
    Plan plan = {.direction = way->down ? DIRECTION_DOWN : DIRECTION_UP, .allows_empty_down = true};
    ApplyOptions options = {.run_id = way->trips->options.run_id,
                            .command = way->down ? "down" : "up"};
    ApplyResult result;
    *migration = *way->migration;
    if (way->down)
        migration->down = *way->down;
    *vec_append(way->arena, &plan.steps) = (Step){.direction = plan.direction,
                                                  .version = migration->version,
                                                  .name = migration->name,
                                                  .migration = migration};
    if (!apply_survey(way->arena, &plan, err) ||
        !apply_plan(way->arena, way->target, &plan, &options, &result, err))
        return false;
    *ret_ms = result.steps[0].duration_ms;
    return true;
}

bool round_trip_is_end(const Err *err)
{
    return err->class == ERR_CONNECTION || err->class == ERR_INTERRUPTED || err->class == ERR_IO;
}

bool round_trip_is_verdict(const Err *err)
{
    return !round_trip_is_end(err) && err->class != ERR_SERVER;
}

// Nobody has analysed a new server's catalog, and without that a snapshot of 200 tables takes
// seconds: its joins are planned for a handful of rows. Copies have the statistics of the base.
static bool analyse_catalog(RoundTrips *trips, Err *err)
{
    static const char ANALYSE[] =
        "ANALYZE pg_catalog.pg_class, pg_catalog.pg_attribute, pg_catalog.pg_index, "
        "pg_catalog.pg_constraint, pg_catalog.pg_depend, pg_catalog.pg_type, "
        "pg_catalog.pg_proc, pg_catalog.pg_attrdef, pg_catalog.pg_trigger";
    if (++trips->advances < trips->advances_most)
        return true;
    trips->advances = 0;
    trips->advances_most =
        trips->advances_most < ADVANCES_MOST ? 2 * trips->advances_most + 1 : ADVANCES_MOST;
    return session_exec(trips->base.session, ANALYSE, err);
}

bool way_go_with_roles(const Way *way, RoundTrips *trips, int64_t *ret_ms, Err *err)
{
    for (int roles = 0; !way_go(way, ret_ms, err); roles++)
        if (roles == ROLES_MOST || !place_make_missing_role(trips, err))
            return false;
    return true;
}

bool round_trips_advance(RoundTrips *trips, const Migration *migration, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    int64_t ms;
    if (!trips->base.session && !round_trip_connect_base(trips, err))
        return false;
    Way up = {.arena = scratch, .target = &trips->base, .trips = trips, .migration = migration};
    return way_go_with_roles(&up, trips, &ms, err) && analyse_catalog(trips, err) &&
           place_note_roles(trips, err);
}

// ---- the copies

static bool fill(Trial *trial, const TrialOptions *options, int64_t rows, Err *err)
{
    Session *session = trial->session;
    SampleRowsResult result = {0};
    SampleRowsOptions wanted = {.rows = rows, .seed = options->seed};
    const char *by = arena_printf(trial->arena, "%lld", (long long)options->sequences_from);
    Rows ignored;
    if (!rows && !options->sequences_from)
        return true;
    if (options->sequences_from &&
        !session_query(session, trial->arena, QUERY_ROUND_TRIP_MOVE_SEQUENCES.text, 1, &by,
                       &ignored, err))
        return false;
    if (rows &&
        !sample_rows_fill(trial->arena, session, own_schema(trial->trips), &wanted, &result, err))
        return err_note(err, "filling a copy of the database with rows");
    Words *without = arena_new_object(trial->arena, Words);
    *without = result.without;
    trial->trip.without = without;
    return true;
}

static bool make_copy(Trial *trial, const TrialOptions *options, int64_t rows, Err *err)
{
    RoundTrips *trips = trial->trips;
    target_close(&trips->base);
    return place_copy(trips, trial->arena, BASE_DATABASE, &trial->copy, err) &&
           place_open_session(trips, trial->arena, trial->copy, &trial->session, err) &&
           fill(trial, options, rows, err) &&
           round_trip_connect(trips, trial->arena, trial->copy, &trial->target->target, err);
}

void trial_drop_copy(Trial *trial)
{
    target_close(&trial->target->target);
    session_close(trial->session);
    trial->session = NULL;
    place_drop(trial->trips, trial->copy);
    trial->copy = NULL;
}

static bool is_own(const RoundTrips *trips, const char *schema)
{
    return strcmp(schema, own_schema(trips)) == 0;
}

bool trial_take_rows(Trial *trial, DataFacts *ret_facts, Err *err)
{
    DataFacts all;
    if (!rows_take_again(trial->arena, trial->session, &all, err))
        return err_note(err, "reading the rows of a copy");
    DataFacts facts = all;
    facts.tables.len = facts.sequences.len = 0;
    VEC_EACH (const TableFact, table, &all.tables)
        if (!is_own(trial->trips, table->schema) && !trial_is_brought(trial, table))
            facts.tables.items[facts.tables.len++] = *table;
    VEC_EACH (const SequenceFact, sequence, &all.sequences)
        if (!is_own(trial->trips, sequence->schema))
            facts.sequences.items[facts.sequences.len++] = *sequence;
    *ret_facts = facts;
    return true;
}

bool trial_take_schema(Trial *trial, Snapshot *ret_snapshot, Err *err)
{
    return snapshot_take_again(trial->arena, trial->session, own_schema(trial->trips), ret_snapshot,
                               err);
}

const TrialTable *trial_table(const Trial *trial, const char *relation)
{
    VEC_EACH (const TrialTable, table, &trial->named)
        if (strcmp(table->relation, relation) == 0)
            return table;
    return NULL;
}

// Whose bare name stands somewhere in the up.
static bool note_named_tables(Trial *trial, Err *err)
{
    const Script *up = &trial->migration->up;
    Script held = *up;
    trial->named.len = 0;
    if (!script_hold(trial->arena, &held, err))
        return false;
    VEC_EACH (const TableFact, fact, &trial->rows_before.tables) {
        if (fact->is_refreshed || str_find(held.text, str_from(fact->name)) < 0)
            continue;
        TrialTable *table = vec_append(trial->arena, &trial->named);
        table->relation =
            arena_printf(trial->arena, "%s.%s", quote_name(trial->arena, fact->schema),
                         quote_name(trial->arena, fact->name));
        if (!rows_sums(trial->arena, trial->session, table->relation, &table->sums, err) ||
            !rows_keys(trial->arena, trial->session, table->relation, &table->key, &table->keys,
                       err))
            return false;
    }
    return true;
}

// The state before, the up, and the state behind it.
static bool try_up(Trial *trial, Err *err)
{
    Way up = {.arena = trial->arena,
              .target = &trial->target->target,
              .trips = trial->trips,
              .migration = trial->migration};
    if (!trial_take_schema(trial, &trial->before, err) ||
        !trial_take_rows(trial, &trial->rows_before, err) || !note_named_tables(trial, err) ||
        !way_go(&up, &trial->trip.up_ms, err) || !trial_take_schema(trial, &trial->after, err) ||
        !captured_rows_find(trial, err))
        return false;
    trial->trip.tables = 0;
    VEC_EACH (const TableFact, table, &trial->rows_before.tables)
        trial->trip.tables += table->rows > 0;
    trial->trip.rows = rows_count(&trial->rows_before);
    return true;
}

// What can fail with some rows may run with one in each table, or with none.
static bool begin(Trial *trial, const TrialOptions *options, Err *err)
{
    int64_t tried[] = {options->rows ? options->rows : ROWS_USUAL, 1, 0};
    size_t at = 0;
    for (int roles = 0;;) {
        if (!make_copy(trial, options, tried[at], err))
            return false;
        if (try_up(trial, err))
            return true;
        if (!round_trip_is_verdict(err))
            return false;
        trial_drop_copy(trial);
        if (roles++ < ROLES_MOST && place_make_missing_role(trial->trips, err))
            continue;
        if (!place_settle_roles(trial->trips, err) || tried[at] == 0)
            return false;
        if (!trial->trip.fewer)
            trial->trip.fewer = arena_strdup(trial->arena, err->message);
        at++;
    }
}

bool trial_begin(RoundTrips *trips, const Migration *migration, const TrialOptions *options,
                 Trial **ret_trial, Err *err)
{
    Arena *arena = arena_new();
    Trial *trial = arena_new_object(arena, Trial);
    *trial = (Trial){.trips = trips,
                     .arena = arena,
                     .migration = migration,
                     .target = arena_new_object(arena, TrialTarget)};
    if (!begin(trial, options, err)) {
        trial_end(trial);
        return false;
    }
    *ret_trial = trial;
    return true;
}

void trial_end(Trial *trial)
{
    Err ignored = {0};
    if (!trial)
        return;
    trial_end(trial->there);
    trial_drop_copy(trial);
    if (!place_settle_roles(trial->trips, &ignored))
        session_rollback(trial->trips->admin);
    arena_free(trial->arena);
}

void trial_end_at(Trial **trial)
{
    trial_end(*trial);
}

// ---- there and back

static bool fails(Trial *trial, const char *stage, const Err *failure)
{
    trial->trip.verdict = ROUND_TRIP_FAILS;
    trial->trip.stage = stage;
    trial->trip.err = *failure;
    return true;
}

static bool is_gap(Trial *trial)
{
    const Snapshot *sides[] = {&trial->before, &trial->after};
    for (int i = 0; i < 2; i++)
        VEC_EACH (const SnapshotGap, gap, &sides[i]->gaps) {
            trial->trip.reason = arena_printf(trial->arena, "%s: %lld of it could not be read, %s",
                                              gap->kind, (long long)gap->count, gap->why);
            return true;
        }
    return false;
}

bool trial_compare_schema(Trial *trial, const Snapshot *wanted, const char *stage,
                          bool *ret_is_equal, Err *err)
{
    Snapshot *now = arena_new_object(trial->arena, Snapshot);
    if (!trial_take_schema(trial, now, err))
        return false;
    *ret_is_equal = strcmp(wanted->fingerprint, now->fingerprint) == 0;
    if (*ret_is_equal)
        return true;
    snapshot_differences(trial->arena, wanted, now, SNAPSHOT_WHOLE, &trial->trip.differences);
    trial_look_past_brought(trial);
    *ret_is_equal = trial->brought.len && !trial->trip.differences.len;
    if (*ret_is_equal)
        return true;
    trial->trip.verdict = ROUND_TRIP_DIFFERS;
    trial->trip.stage = stage;
    return true;
}

static bool compare_rows(Trial *trial, Err *err)
{
    DataFacts now;
    RoundTrip *trip = &trial->trip;
    return trial_take_rows(trial, &now, err) &&
           rows_compare(trial, &now, &trip->lost, &trip->remains, err);
}

static const char *table_of(const SnapshotObject *object)
{
    return strcmp(object->kind, "table") == 0 ? object->identity : object->parent;
}

static void add_table(Trial *trial, Words *tables, const char *name)
{
    VEC_EACH (const char *const, known, tables)
        if (strcmp(*known, name) == 0)
            return;
    if (snapshot_find(&trial->after, "table", name))
        *vec_append(trial->arena, tables) = name;
}

static bool is_copy(const Trial *trial, const char *table)
{
    VEC_EACH (const RollbackCapture, capture, &trial->captures.items)
        if (strcmp(rows_relation(trial->arena, QUARANTINE_SCHEMA, capture->rows.now), table) == 0)
            return true;
    return false;
}

// Tables of the new schema that the up made or changed, but for copies of rows: nobody writes
// there.
static Words touched_tables(Trial *trial)
{
    Words tables = {0};
    SnapshotDifferences differences;
    snapshot_differences(trial->arena, &trial->before, &trial->after, SNAPSHOT_WHOLE, &differences);
    VEC_EACH (const SnapshotDifference, difference, &differences) {
        const char *table =
            difference->now ? table_of(difference->now) : table_of(difference->then);
        if (table && !is_copy(trial, table))
            add_table(trial, &tables, table);
    }
    return tables;
}

typedef struct Written {
    Words tables; // the touched ones
    ColumnSums *sums;
    DataFacts facts;
} Written;

static bool write_between(Trial *trial, Written *written, Err *err)
{
    SampleRowsResult result;
    Arena *arena = trial->arena;
    written->tables = touched_tables(trial);
    SampleRowsOptions options = {
        .rows = ROWS_BETWEEN, .adds = true, .tables = &written->tables, .seed = 1};
    written->sums = arena_alloc_array(arena, written->tables.len + 1, sizeof *written->sums);
    if (!written->tables.len)
        return true;
    if (!sample_rows_fill(arena, trial->session, own_schema(trial->trips), &options, &result, err))
        return err_note(err, "writing rows under the new schema");
    for (size_t i = 0; i < written->tables.len; i++)
        if (!rows_sums(arena, trial->session, written->tables.items[i], &written->sums[i], err))
            return false;
    return trial_take_rows(trial, &written->facts, err);
}

static bool is_lost_already(const RoundTrip *trip, const char *what)
{
    VEC_EACH (const RoundTripLoss, loss, &trip->lost)
        if (strcmp(loss->what, what) == 0)
            return true;
    return false;
}

static int by_address(const void *left, const void *right)
{
    const SnapshotObject *const *a = left;
    const SnapshotObject *const *b = right;
    int order = snapshot_address_compare(&(*a)->address, &(*b)->address);
    return order ? order : strcmp((*a)->kind, (*b)->kind);
}

static void sort_addresses(Trial *trial)
{
    trial->addresses.len = 0;
    vec_reserve(trial->arena, &trial->addresses, trial->before.objects.len);
    VEC_EACH (const SnapshotObject, object, &trial->before.objects)
        *vec_append(trial->arena, &trial->addresses) = object;
    vec_sort(&trial->addresses, by_address);
}

// What the up renamed has another name before it. NULL: it was not there.
static const char *name_before(const Trial *trial, const char *kind, const char *identity)
{
    const SnapshotObject *after = snapshot_find(&trial->after, kind, identity);
    if (!after || !trial->addresses.len)
        return NULL;
    const SnapshotObject **before = bsearch(&after, trial->addresses.items, trial->addresses.len,
                                            sizeof *trial->addresses.items, by_address);
    if (before)
        return (*before)->identity;
    return snapshot_find(&trial->before, kind, identity) ? identity : NULL;
}

static bool has_value(Trial *trial, const ColumnSums *sums, const char *table, const char *column,
                      const char *sum)
{
    VEC_EACH (const ColumnSum, other, sums) {
        const char *name =
            arena_printf(trial->arena, "%s.%s", table, quote_name(trial->arena, other->name));
        if (strcmp(name, column) == 0)
            return strcmp(other->sum, sum) == 0;
    }
    return false;
}

static bool compare_values(Trial *trial, const Written *written, size_t at, Err *err)
{
    ColumnSums now;
    Arena *arena = trial->arena;
    const char *table = written->tables.items[at];
    const char *before = name_before(trial, "table", table);
    if (!before)
        return true;
    if (!rows_sums(arena, trial->session, before, &now, err))
        return false;
    VEC_EACH (const ColumnSum, sum, &written->sums[at]) {
        const char *column = arena_printf(arena, "%s.%s", table, quote_name(arena, sum->name));
        const char *was = name_before(trial, "column", column);
        const char *what = arena_printf(arena, "values of column %s", column);
        if ((!was || !has_value(trial, &now, before, was, sum->sum)) &&
            !is_lost_already(&trial->trip, what))
            *vec_append(arena, &trial->trip.gone) = (RoundTripLoss){.what = what};
    }
    return true;
}

typedef struct NamedFact {
    const char *relation;
    const TableFact *fact;
} NamedFact;

typedef VEC(NamedFact) NamedFacts;

static int by_relation(const void *left, const void *right)
{
    return strcmp(((const NamedFact *)left)->relation, ((const NamedFact *)right)->relation);
}

static NamedFacts name_facts(Arena *arena, const DataFacts *facts)
{
    NamedFacts named = {0};
    vec_reserve(arena, &named, facts->tables.len + 1);
    VEC_EACH (const TableFact, fact, &facts->tables)
        *vec_append(arena, &named) =
            (NamedFact){rows_relation(arena, fact->schema, fact->name), fact};
    vec_sort(&named, by_relation);
    return named;
}

// The same counts, under the names from before the up.
static DataFacts counts_before(Trial *trial, const DataFacts *counts)
{
    DataFacts renamed = {0};
    NamedFacts before = name_facts(trial->arena, &trial->rows_before);
    VEC_EACH (const TableFact, table, &counts->tables) {
        const char *name = rows_relation(trial->arena, table->schema, table->name);
        if (is_copy(trial, name))
            continue;
        TableFact *fact = vec_append(trial->arena, &renamed.tables);
        *fact = *table; // values are looked at column by column
        NamedFact wanted = {name_before(trial, "table", name), NULL};
        const NamedFact *was = wanted.relation ? bsearch(&wanted, before.items, before.len,
                                                         sizeof *before.items, by_relation)
                                               : NULL;
        if (was) {
            fact->schema = was->fact->schema;
            fact->name = was->fact->name;
        }
    }
    return renamed;
}

// Its old rows go back to what they were: sums say nothing of the new ones then.
static bool is_captured(const Trial *trial, const char *table)
{
    VEC_EACH (const RollbackCapture, capture, &trial->captures.items)
        if (strcmp(rows_relation(trial->arena, capture->rows.schema, capture->rows.table), table) ==
            0)
            return true;
    return false;
}

static bool compare_written(Trial *trial, const Written *written, Err *err)
{
    DataFacts now;
    RoundTripLosses gone = {0};
    RoundTripLosses ignored = {0};
    if (!written->tables.len)
        return true;
    if (!trial_take_rows(trial, &now, err))
        return false;
    sort_addresses(trial);
    DataFacts counts = counts_before(trial, &written->facts);
    rows_compare_counts(trial->arena, &counts, &now, &gone, &ignored);
    VEC_EACH (const RoundTripLoss, loss, &gone)
        if (!is_lost_already(&trial->trip, loss->what))
            *vec_append(trial->arena, &trial->trip.gone) = *loss;
    for (size_t i = 0; i < written->tables.len; i++)
        if (!is_captured(trial, written->tables.items[i]) &&
            !compare_values(trial, written, i, err))
            return false;
    return true;
}

// The up again, rows of the new schema, and the down with them.
static bool go_again(Trial *trial, const Way *up, const Way *down, Err *err)
{
    Written written = {0};
    RoundTrip *trip = &trial->trip;
    int64_t ms;
    bool is_equal;
    bool is_clean = !trip->lost.len && !trip->remains.len;
    if (!way_go(up, &ms, err))
        return round_trip_is_verdict(err) && (!is_clean || fails(trial, "up again", err));
    if (!trial_compare_schema(trial, &trial->after, "up again", &is_equal, err))
        return false;
    if (!is_equal)
        return true;
    if (!write_between(trial, &written, err))
        return false;
    if (!way_go(down, &ms, err)) {
        trip->has_caveat = round_trip_is_verdict(err);
        trip->caveat = *err;
        return trip->has_caveat;
    }
    return trial_compare_schema(trial, &trial->before, "down with rows written since", &is_equal,
                                err) &&
           (!is_equal || compare_written(trial, &written, err));
}

static void judge(RoundTrip *trip)
{
    if (trip->verdict != ROUND_TRIP_NOT_TRIED)
        return;
    trip->verdict = trip->lost.len      ? ROUND_TRIP_LOSES
                    : trip->remains.len ? ROUND_TRIP_DIFFERS
                                        : ROUND_TRIP_EXACT;
}

static bool there_and_back(Trial *trial, const Script *script, Err *err)
{
    bool is_equal;
    Way up = {.arena = trial->arena,
              .target = &trial->target->target,
              .trips = trial->trips,
              .migration = trial->migration};
    Way down = up;
    down.down = script;
    if (!way_go(&down, &trial->trip.down_ms, err))
        return round_trip_is_verdict(err) && fails(trial, "down", err);
    if (!trial_compare_schema(trial, &trial->before, "down", &is_equal, err) ||
        !compare_rows(trial, err) || (is_equal && !go_again(trial, &up, &down, err)))
        return false;
    judge(&trial->trip);
    return true;
}

bool trial_finish(Trial *trial, const Script *down, RoundTrip *ret_trip, Err *err)
{
    if (!is_gap(trial) && (!there_and_back(trial, down, err) || !trial_stand(trial, down, err)))
        return false;
    *err = (Err){0};
    *ret_trip = trial->trip;
    return true;
}
