#include "run/snapshot.h"

#include "catalog/snapshot_link.h"
#include "queries.h"

#include <stdlib.h>
#include <string.h>

typedef struct Reader {
    const Query *query;
    const Query *older; // for servers up to `older_major`; NULL: one for all
    int older_major;
    bool needs_subscriptions; // the right to read all of pg_subscription
    bool is_of_server;        // read with roles alone
    const char *needs;        // what rights.sql has to tell of; NULL: asked for always
} Reader;

static const Reader READERS[] = {
    {.query = &QUERY_SNAPSHOT_ACCESS_METHODS, .needs = "access_methods"},
    {.query = &QUERY_SNAPSHOT_AGGREGATES, .needs = "aggregates"},
    {.query = &QUERY_SNAPSHOT_ATTRIBUTES, .needs = "composite_types"},
    {.query = &QUERY_SNAPSHOT_CASTS, .needs = "casts"},
    {.query = &QUERY_SNAPSHOT_COLLATIONS, .needs = "collations"},
    {.query = &QUERY_SNAPSHOT_COLUMNS, .older = &QUERY_SNAPSHOT_COLUMNS_13, .older_major = 13},
    {.query = &QUERY_SNAPSHOT_COMMENTS},
    {.query = &QUERY_SNAPSHOT_CONSTRAINTS},
    {.query = &QUERY_SNAPSHOT_CONVERSIONS, .needs = "conversions"},
    {.query = &QUERY_SNAPSHOT_DATABASE},
    {.query = &QUERY_SNAPSHOT_DATABASE_SETTINGS},
    {.query = &QUERY_SNAPSHOT_DEFAULT_PRIVILEGES, .needs = "default_privileges"},
    {.query = &QUERY_SNAPSHOT_DOMAIN_CONSTRAINTS},
    {.query = &QUERY_SNAPSHOT_EVENT_TRIGGERS, .needs = "event_triggers"},
    {.query = &QUERY_SNAPSHOT_EXTENSIONS},
    {.query = &QUERY_SNAPSHOT_FOREIGN_DATA_WRAPPERS, .needs = "foreign_data_wrappers"},
    {.query = &QUERY_SNAPSHOT_FOREIGN_SERVERS, .needs = "foreign_servers"},
    {.query = &QUERY_SNAPSHOT_FUNCTIONS},
    {.query = &QUERY_SNAPSHOT_INDEXES},
    {.query = &QUERY_SNAPSHOT_INHERITED_ORDERS, .needs = "inheritance"},
    {.query = &QUERY_SNAPSHOT_INTERNAL_TRIGGERS, .needs = "internal_triggers"},
    {.query = &QUERY_SNAPSHOT_LANGUAGES, .needs = "languages"},
    {.query = &QUERY_SNAPSHOT_LARGE_OBJECTS, .needs = "large_objects"},
    {.query = &QUERY_SNAPSHOT_MATERIALIZED_VIEW_STATES, .needs = "views"},
    {.query = &QUERY_SNAPSHOT_MEMBERSHIPS, .is_of_server = true},
    {.query = &QUERY_SNAPSHOT_OPERATOR_CLASSES, .needs = "operator_classes"},
    {.query = &QUERY_SNAPSHOT_OPERATOR_FAMILIES, .needs = "operator_families"},
    {.query = &QUERY_SNAPSHOT_OPERATORS, .needs = "operators"},
    {.query = &QUERY_SNAPSHOT_POLICIES, .needs = "policies"},
    {.query = &QUERY_SNAPSHOT_PUBLICATION_SCHEMAS,
     .older = &QUERY_SNAPSHOT_PUBLICATION_SCHEMAS_14,
     .older_major = 14,
     .needs = "publications"},
    {.query = &QUERY_SNAPSHOT_PUBLICATION_TABLES,
     .older = &QUERY_SNAPSHOT_PUBLICATION_TABLES_14,
     .older_major = 14,
     .needs = "publications"},
    {.query = &QUERY_SNAPSHOT_PUBLICATIONS, .needs = "publications"},
    {.query = &QUERY_SNAPSHOT_ROLE_SETTINGS, .is_of_server = true},
    {.query = &QUERY_SNAPSHOT_RULES, .needs = "rules"},
    {.query = &QUERY_SNAPSHOT_SCHEMAS},
    {.query = &QUERY_SNAPSHOT_SECURITY_LABELS, .needs = "security_labels"},
    {.query = &QUERY_SNAPSHOT_SEQUENCES},
    {.query = &QUERY_SNAPSHOT_SERVER_ROLES, .is_of_server = true},
    {.query = &QUERY_SNAPSHOT_STATISTICS,
     .older = &QUERY_SNAPSHOT_STATISTICS_13,
     .older_major = 13,
     .needs = "statistics"},
    {.query = &QUERY_SNAPSHOT_SUBSCRIPTIONS, .needs_subscriptions = true},
    {.query = &QUERY_SNAPSHOT_SYSTEM_PRIVILEGES},
    {.query = &QUERY_SNAPSHOT_TABLES},
    {.query = &QUERY_SNAPSHOT_TABLESPACES},
    {.query = &QUERY_SNAPSHOT_TEXT_SEARCH_CONFIGURATIONS, .needs = "text_search_configurations"},
    {.query = &QUERY_SNAPSHOT_TEXT_SEARCH_DICTIONARIES, .needs = "text_search_dictionaries"},
    {.query = &QUERY_SNAPSHOT_TEXT_SEARCH_PARSERS, .needs = "text_search_parsers"},
    {.query = &QUERY_SNAPSHOT_TRANSFORMS, .needs = "transforms"},
    {.query = &QUERY_SNAPSHOT_TRIGGERS, .needs = "triggers"},
    {.query = &QUERY_SNAPSHOT_TYPES},
    {.query = &QUERY_SNAPSHOT_USER_MAPPINGS, .needs = "foreign_servers"},
    {.query = &QUERY_SNAPSHOT_VIEWS, .needs = "views"},
};

enum {
    READER_COUNT = sizeof READERS / sizeof *READERS,
    COLUMN_KIND = 0,
    COLUMN_IDENTITY,
    COLUMN_PARENT,
    COLUMN_ADDRESS,
    COLUMN_FIRST_ATTRIBUTE,
    ATTEMPTS = 5
};

typedef struct Take {
    Arena *arena;
    Session *session;
    const char *own_schema;
    int lock_timeout_ms; // 0: as the session has it
    bool may_read_subscriptions;
    bool may_read_control;
    Rows there; // the row of rights.sql
    bool wants_edges;
    bool wants_roles;
    bool keeps; // the server has the queries of this session's last time
    Snapshot snapshot;
    SnapshotStandIns stand_ins;
    SnapshotDependencies dependencies;
    const char *moment; // before our snapshot was taken; NULL: not known
    bool is_quiet;      // nobody has committed since
    bool is_asked;      // everything, and nothing of it was taken yet
} Take;

static const Query *query_for(const Reader *reader, int major)
{
    return reader->older && major <= reader->older_major ? reader->older : reader->query;
}

static bool is_there(const Take *take, const char *what)
{
    for (int column = 0; column < take->there.columns; column++)
        if (strcmp(take->there.names[column], what) == 0)
            return rows_bool(&take->there, 0, column);
    return true;
}

static bool is_read(const Take *take, const Reader *reader)
{
    return (!reader->needs || is_there(take, reader->needs)) &&
           (!reader->needs_subscriptions || take->may_read_subscriptions) &&
           (!reader->is_of_server || take->wants_roles);
}

static bool queue(const Take *take, const Query *query, Err *err)
{
    bool has_parameter = strstr(query->text, "$1") != NULL;
    return (take->keeps ? session_queue_kept : session_queue)(
        take->session, query->text, has_parameter, &take->own_schema, err);
}

static bool read(const Take *take, const Query *query, Rows *ret_rows, Err *err)
{
    return (take->keeps ? session_query_kept : session_query)(take->session, take->arena,
                                                              query->text, 0, NULL, ret_rows, err);
}

// "1259 16400 3"
static SnapshotAddress read_address(const char *text)
{
    SnapshotAddress address = {0};
    if (!text)
        return address;
    char *end;
    address.class = (uint32_t)strtoul(text, &end, 10);
    address.oid = (uint32_t)strtoul(end, &end, 10);
    address.number = (int32_t)strtol(end, NULL, 10);
    return address;
}

static void add_objects(Take *take, const Rows *rows)
{
    Arena *arena = take->arena;
    SnapshotAttribute *attributes =
        arena_alloc_array(arena, (size_t)rows->columns, sizeof *attributes);
    size_t count = (size_t)(rows->columns - COLUMN_FIRST_ATTRIBUTE);
    for (size_t row = 0; row < rows->count; row++) {
        for (size_t i = 0; i < count; i++)
            attributes[i] = (SnapshotAttribute){
                rows->names[COLUMN_FIRST_ATTRIBUTE + i],
                rows_text(rows, row, COLUMN_FIRST_ATTRIBUTE + (int)i),
            };
        const char *parent = rows_text(rows, row, COLUMN_PARENT);
        *vec_append(arena, &take->snapshot.objects) = (SnapshotObject){
            .kind = arena_strdup(arena, rows_text(rows, row, COLUMN_KIND)),
            .identity = arena_strdup(arena, rows_text(rows, row, COLUMN_IDENTITY)),
            .parent = parent ? arena_strdup(arena, parent) : NULL,
            .text = snapshot_text(arena, attributes, count),
            .address = read_address(rows_text(rows, row, COLUMN_ADDRESS)),
        };
    }
}

// The rows of one query live in an arena of their own: texts are made of them and they go.
static bool take_objects(Take *take, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    Rows rows = {0};
    if (!session_next_result(take->session, scratch, &rows, err))
        return false;
    add_objects(take, &rows);
    return true;
}

static bool take_gaps(Take *take, Err *err)
{
    Rows rows = {0};
    if (!session_next_result(take->session, take->arena, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        *vec_append(take->arena, &take->snapshot.gaps) = (SnapshotGap){
            .kind = rows_text(&rows, i, 0),
            .why = rows_text(&rows, i, 1),
            .count = rows_int(&rows, i, 2),
        };
    return true;
}

static SnapshotAddress address_at(const Rows *rows, size_t row, int column, bool has_number)
{
    return (SnapshotAddress){
        .class = (uint32_t)rows_int(rows, row, column),
        .oid = (uint32_t)rows_int(rows, row, column + 1),
        .number = has_number ? (int32_t)rows_int(rows, row, column + 2) : 0,
    };
}

static bool take_stand_ins(Take *take, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    Rows rows = {0};
    if (!session_next_result(take->session, scratch, &rows, err))
        return false;
    vec_reserve(take->arena, &take->stand_ins, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        *vec_append(take->arena, &take->stand_ins) = (SnapshotStandIn){
            .address = address_at(&rows, i, 0, false),
            .stands_for = address_at(&rows, i, 2, true),
            .is_default = rows_bool(&rows, i, 5),
        };
    return true;
}

static bool take_dependencies(Take *take, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    Rows rows = {0};
    if (!session_next_result(take->session, scratch, &rows, err))
        return false;
    vec_reserve(take->arena, &take->dependencies, take->dependencies.len + rows.count);
    for (size_t i = 0; i < rows.count; i++)
        *vec_append(take->arena, &take->dependencies) = (SnapshotDependency){
            .of = address_at(&rows, i, 0, true),
            .on = address_at(&rows, i, 3, true),
            .kind = rows_text(&rows, i, 6)[0],
        };
    return true;
}

static bool take_edges(Take *take, Err *err)
{
    return !take->wants_edges || (take_stand_ins(take, err) && take_dependencies(take, err) &&
                                  (!take->wants_roles || take_dependencies(take, err)));
}

static bool take_identity(Take *take, Err *err)
{
    Rows rows = {0};
    if (!take->may_read_control)
        return true;
    if (!session_next_result(take->session, take->arena, &rows, err))
        return false;
    take->snapshot.database = rows_text(&rows, 0, 0);
    return true;
}

static bool queue_additions(const Take *take, Err *err)
{
    if (take->may_read_control && !queue(take, &QUERY_SNAPSHOT_DATABASE_IDENTITY, err))
        return false;
    return !take->wants_edges ||
           (queue(take, &QUERY_SNAPSHOT_STAND_INS, err) &&
            queue(take, &QUERY_SNAPSHOT_DEPENDENCIES, err) &&
            (!take->wants_roles || queue(take, &QUERY_SNAPSHOT_MEMBERSHIP_DEPENDENCIES, err)));
}

static bool take_moment(Take *take, Err *err)
{
    Rows rows = {0};
    if (!session_next_result(take->session, take->arena, &rows, err))
        return false;
    const char *moment = rows_text(&rows, 0, 0);
    take->is_quiet = take->moment && moment && strcmp(take->moment, moment) == 0;
    return true;
}

static bool queue_all(Take *take, Err *err)
{
    for (size_t i = 0; i < READER_COUNT; i++)
        if (is_read(take, &READERS[i]) &&
            !queue(take, query_for(&READERS[i], take->snapshot.server_major), err))
            return false;
    return queue_additions(take, err) && queue(take, &QUERY_SNAPSHOT_GAPS, err) &&
           queue(take, &QUERY_SNAPSHOT_MOMENT, err) && session_pipeline_sync(take->session, err);
}

static bool take_all(Take *take, Err *err)
{
    for (size_t i = 0; i < READER_COUNT; i++)
        if (is_read(take, &READERS[i]) && !take_objects(take, err))
            return err_note(err, "reading %s",
                            query_for(&READERS[i], take->snapshot.server_major)->name);
    return take_identity(take, err) && take_edges(take, err) && take_gaps(take, err) &&
           take_moment(take, err) && session_pipeline_end(take->session, err);
}

static bool ask(Take *take, Err *err)
{
    Rows rows;
    take->snapshot = (Snapshot){.server_major = session_server_major(take->session),
                                .has_roles = take->wants_roles};
    if (!read(take, &QUERY_SNAPSHOT_SETTINGS, &rows, err) ||
        !read(take, &QUERY_SNAPSHOT_RIGHTS, &rows, err))
        return false;
    take->may_read_subscriptions = rows_bool(&rows, 0, 0);
    take->may_read_control = rows_bool(&rows, 0, 1);
    take->there = rows;
    take->stand_ins = (SnapshotStandIns){0};
    take->dependencies = (SnapshotDependencies){0};
    return session_pipeline_begin(take->session, err) && queue_all(take, err);
}

static bool read_now(Take *take, Err *err)
{
    return ask(take, err) && take_all(take, err);
}

static bool tell_cause(Err *err)
{
    // PgBouncer's word for it; a schema is read in one transaction or it is a mixture.
    if (strcmp(err->sqlstate, "08P01") == 0)
        return err_hint(err, "a pooler in statement mode is between: give the server's own "
                             "address, or a pool in session or transaction mode, with "
                             "--database URL");
    if (strcmp(err->sqlstate, "55P03") != 0)
        return false;
    fail(err, ERR_CHECK, "another session keeps what is to be read locked");
    err_detail(err, "DDL whose transaction is still open; the schema would be read as it was "
                    "before or as it will be");
    return err_hint(err, "see who it is: SELECT pid, xact_start, query FROM pg_stat_activity WHERE "
                         "state = 'idle in transaction'");
}

// Undoing to the savepoint brings the caller's settings back.
static bool read_in_transaction(Take *take, Err *err)
{
    if (session_exec(take->session, "SAVEPOINT migrate_safe_snapshot", err) &&
        read_now(take, err) &&
        session_exec(take->session,
                     "ROLLBACK TO SAVEPOINT migrate_safe_snapshot; "
                     "RELEASE SAVEPOINT migrate_safe_snapshot",
                     err))
        return true;
    session_rollback(take->session); // it has failed, and may stand in a pipeline
    return tell_cause(err);
}

static bool read_text(const Take *take, const Query *query, const char **ret_text, Err *err)
{
    Rows rows;
    if (!read(take, query, &rows, err))
        return false;
    *ret_text = rows_text(&rows, 0, 0);
    return true;
}

static bool begin(Take *take, Err *err)
{
    const char *timeout =
        take->lock_timeout_ms
            ? arena_printf(take->arena, "; SET LOCAL lock_timeout = %d", take->lock_timeout_ms)
            : "";
    return read_text(take, &QUERY_SNAPSHOT_MOMENT, &take->moment, err) &&
           session_exec(take->session,
                        arena_printf(take->arena,
                                     "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY%s", timeout),
                        err);
}

// Ends the transaction. The catalog's stamp within it is that of our snapshot.
static bool commit(const Take *take, bool *ret_is_still, Err *err)
{
    const char *then = "";
    const char *now = "";
    bool ok = take->is_quiet ? session_exec(take->session, "COMMIT", err)
                             : read_text(take, &QUERY_SNAPSHOT_STAMP, &then, err) &&
                                   session_exec(take->session, "COMMIT", err) &&
                                   read_text(take, &QUERY_SNAPSHOT_STAMP, &now, err);
    *ret_is_still = strcmp(then, now) == 0;
    return ok;
}

static bool read_once(Take *take, bool *ret_is_still, Err *err)
{
    bool is_asked = take->is_asked;
    take->is_asked = false;
    if (!is_asked && (!begin(take, err) || !ask(take, err)))
        return false;
    return take_all(take, err) && commit(take, ret_is_still, err);
}

// What is dropped while it is deparsed: internal_error of "cache lookup failed", undefined_table of
// "could not open relation".
static bool is_by_change(const Err *err)
{
    return err->class == ERR_SERVER &&
           (strcmp(err->sqlstate, "XX000") == 0 || strncmp(err->sqlstate, "42", 2) == 0);
}

static bool read_until_still(Take *take, Err *err)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        bool is_still = false;
        ArenaMark mark = arena_mark(take->arena);
        bool ok = read_once(take, &is_still, err);
        if (ok && is_still)
            return true;
        if (!ok)
            session_rollback(take->session);
        if (!ok && (!is_by_change(err) || attempt == ATTEMPTS - 1))
            return tell_cause(err);
        arena_release(take->arena, mark);
    }
    fail(err, ERR_CHECK, "the schema of %s was changed each time that it was read",
         session_target(take->session));
    err_detail(err, "%d attempts; a schema that changes while it is read has no fingerprint",
               ATTEMPTS);
    return err_hint(err, "wait until no DDL runs: migrate-safe status shows a run of ours");
}

static bool take_snapshot(Take *take, Snapshot *ret_snapshot, Err *err)
{
    bool is_own = take->is_asked || session_transaction(take->session) == TRANSACTION_NONE;
    if (!(is_own ? read_until_still(take, err) : read_in_transaction(take, err)))
        return err_note(err, "reading the schema");
    snapshot_seal(take->arena, &take->snapshot);
    if (take->wants_edges)
        snapshot_link(take->arena, &take->snapshot, &take->stand_ins, &take->dependencies);
    *ret_snapshot = take->snapshot;
    return true;
}

bool snapshot_take(Arena *arena, Session *session, const char *own_schema, Snapshot *ret_snapshot,
                   Err *err)
{
    Take take = {.arena = arena, .session = session, .own_schema = own_schema};
    return take_snapshot(&take, ret_snapshot, err);
}

bool snapshot_take_linked(Arena *arena, Session *session, const char *own_schema, bool wants_roles,
                          Snapshot *ret_snapshot, Err *err)
{
    Take take = {.arena = arena,
                 .session = session,
                 .own_schema = own_schema,
                 .wants_edges = true,
                 .wants_roles = wants_roles};
    return take_snapshot(&take, ret_snapshot, err);
}

bool snapshot_take_again(Arena *arena, Session *session, const char *own_schema,
                         Snapshot *ret_snapshot, Err *err)
{
    Take take = {.arena = arena,
                 .session = session,
                 .own_schema = own_schema,
                 .wants_edges = true,
                 .wants_roles = true,
                 .keeps = true};
    return take_snapshot(&take, ret_snapshot, err);
}

bool snapshot_take_both(Arena *arena, Session *first, Session *second, const char *own_schema,
                        SnapshotMore more, Snapshot *ret_first, Snapshot *ret_second, Err *err)
{
    Take take = {.arena = arena,
                 .session = first,
                 .own_schema = own_schema,
                 .wants_edges = more.has_edges,
                 .wants_roles = more.has_roles};
    Take other = take;
    other.session = second;
    REQUIRE(first != second && session_transaction(second) == TRANSACTION_NONE);
    other.is_asked = begin(&other, err) && ask(&other, err);
    if (!other.is_asked) {
        tell_cause(err);
        return err_note(err, "reading the schema");
    }
    session_read_beside(first, second);
    bool is_taken = take_snapshot(&take, ret_first, err);
    session_read_beside(first, NULL);
    return is_taken && take_snapshot(&other, ret_second, err);
}

bool snapshot_take_soon(Arena *arena, Session *session, const char *own_schema, int lock_timeout_ms,
                        bool is_for_store, Snapshot *ret_snapshot, Err *err)
{
    Take take = {.arena = arena,
                 .session = session,
                 .own_schema = own_schema,
                 .lock_timeout_ms = lock_timeout_ms,
                 .wants_edges = is_for_store,
                 .wants_roles = is_for_store};
    return take_snapshot(&take, ret_snapshot, err);
}
