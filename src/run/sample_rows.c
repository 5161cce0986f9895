#include "run/sample_rows.h"

#include "base/text.h"
#include "check/sample/statement.h"
#include "check/sample/value.h"
#include "run/sample_facts.h"
#include "sql/quote.h"

enum {
    ROWS = 8,
    SINGLE_TRIES = 64, // rows by themselves, where a statement for all of them fails
    COUNTED_AT_ONCE = 500,
    SQL_MAX = 8 << 20
};

// Numbers at least for a table whose checks may let few pass, and once those were not enough.
static const int64_t TRIED[] = {64, 512, 4096};

typedef struct Filling {
    Arena *arena;
    Session *session;
    const SampleRowsOptions *options;
    int64_t wanted;
    SampleFacts facts;
    SampleSteps steps;
    int64_t *counts; // of rows, of each of facts.tables
    bool *is_ours;   // had none before
    bool is_replica; // triggers do not fire
    SampleRowsResult result;
} Filling;

// Runs one statement that gives a number, and takes it back when it fails: `ret_refusal` is then
// what the server said. False: nothing more can be done in this session.
static bool attempt(Filling *filling, const char *sql, int64_t *ret_number,
                    const char **ret_refusal, Err *err)
{
    static const char *const NO_PARAMETERS[1];
    Session *session = filling->session;
    Rows rows = {0};
    *ret_number = 0;
    *ret_refusal = NULL;
    if (!session_pipeline_begin(session, err) ||
        !session_queue(session, "SAVEPOINT migrate_safe_sample", 0, NO_PARAMETERS, err) ||
        !session_queue(session, sql, 0, NO_PARAMETERS, err) ||
        !session_queue(session, "RELEASE SAVEPOINT migrate_safe_sample", 0, NO_PARAMETERS, err) ||
        !session_pipeline_sync(session, err) ||
        !session_next_result(session, filling->arena, NULL, err))
        return false;
    Err refused = {0};
    if (session_next_result(session, filling->arena, &rows, &refused)) {
        if (!session_next_result(session, filling->arena, NULL, err) ||
            !session_pipeline_end(session, err))
            return false;
        *ret_number = rows.count ? rows_int(&rows, 0, 0) : 0;
        return true;
    }
    if (refused.class != ERR_SERVER) {
        *err = refused;
        return false;
    }
    *ret_refusal = arena_strdup(filling->arena, refused.message);
    return session_pipeline_end(session, err) &&
           session_exec(session,
                        "ROLLBACK TO SAVEPOINT migrate_safe_sample; "
                        "RELEASE SAVEPOINT migrate_safe_sample",
                        err);
}

static bool set_local(Filling *filling, const char *name, const char *value, Err *err)
{
    Rows rows;
    const char *parameters[] = {name, value};
    return session_query(filling->session, filling->arena,
                         "SELECT pg_catalog.set_config($1, $2, true)", 2, parameters, &rows, err);
}

static bool take_counts(Filling *filling, Text *sql, Err *err)
{
    Rows rows;
    if (sql->len == 0)
        return true;
    if (!session_query(filling->session, filling->arena, text_cstr(sql), 0, NULL, &rows, err))
        return err_note(err, "counting rows");
    for (size_t row = 0; row < rows.count; row++)
        filling->counts[rows_int(&rows, row, 0)] = rows_int(&rows, row, 1);
    text_clear(sql);
    return true;
}

static bool is_part_of(const SampleTable *table, int64_t oid)
{
    VEC_EACH (const int64_t, ancestor, &table->ancestors)
        if (*ancestor == oid)
            return true;
    return table->oid == oid;
}

static bool is_referenced(const Filling *filling, const SampleTable *table)
{
    VEC_EACH (const SampleTable, other, &filling->facts.tables)
        VEC_EACH (const SampleKey, key, &other->keys)
            if (other->is_wanted && is_part_of(table, key->referenced))
                return true;
    return false;
}

static bool is_counted(const Filling *filling, const SampleTable *table)
{
    return !table->is_empty && (table->is_wanted || is_referenced(filling, table));
}

static bool count_rows(Filling *filling, Err *err)
{
    size_t all = filling->facts.tables.len;
    filling->counts = arena_alloc_array(filling->arena, all + 1, sizeof *filling->counts);
    filling->is_ours = arena_alloc_array(filling->arena, all + 1, sizeof *filling->is_ours);
    TEXT_SCOPED sql;
    text_init(&sql, SQL_MAX);
    size_t asked = 0;
    for (size_t i = 0; i < all; i++) {
        if (!is_counted(filling, &filling->facts.tables.items[i]))
            continue;
        // of others it matters only whether they have any
        text_printf(&sql,
                    "%sSELECT %zu, (SELECT pg_catalog.count(*) FROM (SELECT FROM ONLY %s%s) r)",
                    sql.len ? " UNION ALL " : "", i, filling->facts.tables.items[i].qualified,
                    filling->facts.tables.items[i].is_wanted ? "" : " LIMIT 1");
        if (++asked % COUNTED_AT_ONCE == 0 && !take_counts(filling, &sql, err))
            return false;
    }
    if (!take_counts(filling, &sql, err))
        return false;
    for (size_t i = 0; i < all; i++)
        filling->is_ours[i] = filling->counts[i] == 0;
    return true;
}

static size_t place_of(const Filling *filling, const SampleTable *table)
{
    return (size_t)(table - filling->facts.tables.items);
}

// Types of extensions and of the user's own: a text that their input takes.
static bool try_inputs(Filling *filling, SampleType *type, Err *err)
{
    for (const char *const *input = SAMPLE_INPUTS; *input && !type->accepted; input++) {
        int64_t number;
        const char *refusal;
        const char *literal = quote_literal(filling->arena, *input);
        const char *sql = arena_printf(
            filling->arena,
            "SELECT pg_catalog.count(*) FROM (VALUES (pg_catalog.replace(%s, '$', '1')::%s), "
            "(pg_catalog.replace(%s, '$', '12')::%s)) AS v",
            literal, type->qualified, literal, type->qualified);
        if (!attempt(filling, sql, &number, &refusal, err))
            return false;
        if (!refusal)
            type->accepted = *input;
    }
    return true;
}

static bool try_unknown_types(Filling *filling, Err *err)
{
    VEC_EACH (SampleType, type, &filling->facts.types) {
        SampleValue value = {.type = type->oid, .modifier = -1};
        if (type->kind == 'b' && !type->is_array && strcmp(type->schema, "pg_catalog") != 0 &&
            !sample_value_sql(filling->arena, &filling->facts, &value, "1") &&
            !try_inputs(filling, type, err))
            return false;
    }
    return true;
}

typedef struct Table {
    const SampleStep *step;
    size_t place;
    int64_t next;        // number that was not tried
    int64_t missing;     // rows
    int64_t made;        // rows
    const char *refusal; // the first one
    bool is_referring;
} Table;

static bool insert(Filling *filling, Table *table, SampleInsert *how, Err *err)
{
    const char *refusal = NULL;
    int64_t made = 0;
    how->facts = &filling->facts;
    how->step = table->step;
    how->first = table->next;
    how->is_referring = table->is_referring;
    const char *sql = sample_insert_sql(filling->arena, how, &refusal);
    if (sql && !attempt(filling, sql, &made, &refusal, err))
        return false;
    if (refusal && !table->refusal)
        table->refusal = refusal;
    if (!refusal)
        table->next += how->tried;
    table->made += made;
    table->missing -= made;
    filling->counts[table->place] += made;
    return true;
}

static bool insert_together(Filling *filling, Table *table, SampleManner manner, Err *err)
{
    bool is_filtered = sample_is_filtered(table->step->table);
    size_t count = sizeof TRIED / sizeof *TRIED;
    size_t first = manner == SAMPLE_MIXED ? 0 : count - 1;
    for (size_t round = first; round < count && table->missing > 0; round++) {
        if (round == count - 1 && table->made > 0)
            break; // it costs most, for tables that would have none
        int64_t tried = table->missing * (round == 0 && !is_filtered ? 1 : 2);
        int64_t least = is_filtered || round > 0 ? TRIED[round] : 0;
        SampleInsert how = {
            .manner = manner,
            .tried = tried > least ? tried : least,
            .wanted = table->missing,
        };
        if (!insert(filling, table, &how, err))
            return false;
    }
    return true;
}

// Where a check cannot be asked beforehand, or a conflict cannot be passed over.
static bool insert_singly(Filling *filling, Table *table, Err *err)
{
    for (int i = 0; i < SINGLE_TRIES && table->missing > 0; i++) {
        SampleInsert how = {
            .manner = (SampleManner)(i % SAMPLE_MANNERS),
            .tried = 1,
            .wanted = 1,
            .is_unfiltered = true,
            .raises_on_conflict = true,
        };
        int64_t next = table->next;
        if (!insert(filling, table, &how, err))
            return false;
        table->next = next + 1;
    }
    return true;
}

static bool insert_rows(Filling *filling, Table *table, Err *err)
{
    for (int manner = 0; manner < SAMPLE_MANNERS; manner++)
        if (table->made == 0 && !insert_together(filling, table, (SampleManner)manner, err))
            return false;
    return table->made > 0 || !table->refusal || insert_singly(filling, table, err);
}

// The table that has none, though a row has to point to it.
static const char *missing_referenced(const Filling *filling, const SampleTable *table)
{
    VEC_EACH (const SampleKey, key, &table->keys) {
        bool is_needed = false;
        VEC_EACH (const char *const, name, &key->columns) {
            const SampleColumn *column = sample_column(table, *name);
            is_needed |= column && column->is_not_null;
        }
        int64_t count = 0;
        VEC_EACH (const SampleTable, other, &filling->facts.tables)
            if (is_part_of(other, key->referenced))
                count += filling->counts[place_of(filling, other)];
        if (is_needed && count == 0)
            return key->referenced_name;
    }
    return NULL;
}

static void tell(Filling *filling, const SampleTable *table, const char *reason)
{
    *vec_append(filling->arena, &filling->result.without) =
        arena_printf(filling->arena, "%s: %s", table->shown, reason);
}

static void conclude(Filling *filling, const Table *table)
{
    const SampleTable *filled = table->step->table;
    filling->result.rows += table->made;
    filling->result.tables += table->made > 0;
    if (table->made > 0 || (!filling->options->adds && filling->counts[table->place] > 0))
        return;
    const char *referenced = missing_referenced(filling, filled);
    if (referenced)
        tell(filling, filled,
             arena_printf(filling->arena, "its rows refer to %s, which has none", referenced));
    else
        tell(filling, filled,
             table->refusal ? table->refusal : "no row that was tried passes its checks");
}

static bool has_deferrable(const SampleTable *table)
{
    VEC_EACH (const SampleUnique, unique, &table->uniques)
        if (unique->is_deferrable)
            return true;
    return false;
}

// What is deferrable and unique is proven by a trigger of the server's.
static bool fire_triggers(Filling *filling, bool fires, Err *err)
{
    return !filling->is_replica ||
           set_local(filling, "session_replication_role", fires ? "origin" : "replica", err);
}

static bool fill_table(Filling *filling, SampleStep *step, Err *err)
{
    Table table = {.step = step, .place = place_of(filling, step->table)};
    int64_t present = filling->counts[table.place];
    int64_t wanted = filling->options->adds ? filling->wanted : filling->wanted - present;
    table.next = 1 + present + (int64_t)(filling->options->seed % 100003);
    if (wanted <= 0)
        return true;
    if (present > 0)
        step->late.len = 0;
    bool needs_triggers = has_deferrable(step->table);
    if (needs_triggers && !fire_triggers(filling, true, err))
        return false;
    table.is_referring = present > 0;
    bool has_halves = sample_refers_to_itself(step->table) && present == 0;
    table.missing = has_halves ? (wanted + 1) / 2 : wanted;
    if (!insert_rows(filling, &table, err))
        return false;
    if (has_halves && table.made > 0) {
        int64_t first = table.made;
        table.missing = wanted - first;
        table.is_referring = true;
        if (!insert_together(filling, &table, SAMPLE_MIXED, err))
            return false;
    }
    if (needs_triggers && !fire_triggers(filling, false, err))
        return false;
    conclude(filling, &table);
    return true;
}

// Keys of a circle, once all that they point to is there. Rows whose key points to nothing all the
// same go, and then perhaps those that point to them.
static bool close_circles(Filling *filling, Err *err)
{
    bool has_late = false;
    int64_t number;
    const char *refusal;
    VEC_EACH (const SampleStep, step, &filling->steps)
        VEC_EACH (const SampleKey *const, key, &step->late) {
            has_late = true;
            if (!attempt(filling, sample_late_key_sql(filling->arena, step->table, *key), &number,
                         &refusal, err))
                return false;
        }
    for (bool has_gone = has_late; has_gone;) {
        has_gone = false;
        VEC_EACH (const SampleStep, step, &filling->steps) {
            size_t place = place_of(filling, step->table);
            VEC_EACH (const SampleKey, key, &step->table->keys) {
                if (!filling->is_ours[place] || filling->counts[place] == 0)
                    continue;
                if (!attempt(filling, sample_orphans_sql(filling->arena, step->table, key), &number,
                             &refusal, err))
                    return false;
                if (number == 0)
                    continue;
                has_gone = true;
                filling->counts[place] -= number;
                filling->result.rows -= number;
                if (filling->counts[place] > 0)
                    continue;
                filling->result.tables--;
                tell(filling, step->table, "no row of a circle of keys could be closed");
            }
        }
    }
    return true;
}

static bool has_partition(const Filling *filling, int64_t oid)
{
    VEC_EACH (const SampleTable, table, &filling->facts.tables)
        if (!table->is_partitioned)
            VEC_EACH (const int64_t, ancestor, &table->ancestors)
                if (*ancestor == oid)
                    return true;
    return false;
}

static bool fill(Filling *filling, Err *err)
{
    int64_t number;
    const char *refusal;
    if (!attempt(filling, "SET LOCAL session_replication_role = replica", &number, &refusal, err))
        return false;
    filling->is_replica = !refusal;
    if (!try_unknown_types(filling, err))
        return false;
    sample_order(filling->arena, &filling->facts, &filling->steps);
    VEC_EACH (SampleStep, step, &filling->steps)
        if (!fill_table(filling, step, err))
            return false;
    VEC_EACH (const SampleTable, table, &filling->facts.tables)
        if (table->is_partitioned && table->is_wanted && !has_partition(filling, table->oid))
            tell(filling, table, "it has no partition");
    return close_circles(filling, err);
}

static bool fill_in_transaction(Filling *filling, const char *own_schema, Err *err)
{
    Rows settings;
    if (!session_query(filling->session, filling->arena,
                       "SELECT pg_catalog.current_setting('search_path'), "
                       "pg_catalog.current_setting('session_replication_role'), "
                       "pg_catalog.current_setting('jit')",
                       0, NULL, &settings, err) ||
        !session_exec(filling->session, "SET LOCAL jit = off; SET CONSTRAINTS ALL IMMEDIATE",
                      err) ||
        !sample_facts_read(filling->arena, filling->session, own_schema, filling->options->tables,
                           &filling->facts, err) ||
        !count_rows(filling, err))
        return false;
    // functions of the user's may need their own
    if (!set_local(filling, "search_path", rows_text(&settings, 0, 0), err) ||
        !fill(filling, err) || !set_local(filling, "jit", rows_text(&settings, 0, 2), err))
        return false;
    return !filling->is_replica ||
           set_local(filling, "session_replication_role", rows_text(&settings, 0, 1), err);
}

bool sample_rows_fill(Arena *arena, Session *session, const char *own_schema,
                      const SampleRowsOptions *options, SampleRowsResult *ret_result, Err *err)
{
    Filling filling = {
        .arena = arena,
        .session = session,
        .options = options,
        .wanted = options->rows ? options->rows : ROWS,
    };
    bool is_own = session_transaction(session) == TRANSACTION_NONE;
    if ((is_own && !session_exec(session, "BEGIN", err)) ||
        !fill_in_transaction(&filling, own_schema, err) ||
        (is_own && !session_exec(session, "COMMIT", err))) {
        session_rollback(session);
        return err_note(err, "making rows");
    }
    *ret_result = filling.result;
    return true;
}
