#include "run/schema_proof.h"

#include "catalog/ddl/ddl_text.h"
#include "catalog/privileges.h"
#include "pg/cluster.h"
#include "pg/session.h"
#include "run/snapshot.h"
#include "sql/quote.h"

#include <string.h>

enum {
    SHOWN_MAX = 5
};

static const SnapshotScope SCOPE = SNAPSHOT_DUMPED;

typedef struct Proving {
    Arena *arena;
    const Snapshot *then;
    const Snapshot *now;
    const SchemaChange *change;
    const char *own_schema;
    Session *session;
    SchemaProof proof;
} Proving;

static bool add_word(Arena *arena, Words *words, const char *word)
{
    VEC_EACH (const char *const, known, words)
        if (strcmp(*known, word) == 0)
            return false;
    *vec_append(arena, words) = word;
    return true;
}

static void find_grantees(Proving *proving, const Ddl *ddl, const SnapshotObject *object,
                          Words *roles)
{
    Grants grants = {0};
    const char *text = ddl_value(ddl, object, "privileges");
    if (!text || !privileges_read(proving->arena, text, &grants))
        return;
    VEC_EACH (const Grant, grant, &grants)
        if (strcmp(grant->role, "PUBLIC") != 0)
            add_word(proving->arena, roles, grant->role);
}

static void add_until(Proving *proving, const char *name, const char *end, Words *roles)
{
    Str text = str_from(name);
    Str role = {text.p, ddl_scan(text, str_from(end))};
    if (!str_eq(role, STR("PUBLIC")))
        add_word(proving->arena, roles, arena_dup(proving->arena, role));
}

// "app in readers by admin"
static void find_members(Proving *proving, const SnapshotObject *membership, Words *roles)
{
    Str rest = str_from(membership->identity);
    Str role = str_skip(rest, ddl_scan(rest, STR(" in ")) + strlen(" in "));
    size_t by = ddl_scan(role, STR(" by "));
    add_until(proving, membership->identity, " in ", roles);
    add_until(proving, role.p, " by ", roles);
    if (by < role.n)
        add_until(proving, role.p + by + strlen(" by "), " ", roles);
}

// Those that an identity or a list says: a policy's, a user mapping's, of default privileges.
static void find_named(Proving *proving, const Ddl *ddl, const SnapshotObject *object, Words *roles)
{
    if (strcmp(object->kind, "default privileges") == 0)
        add_until(proving, object->identity + strlen("of "), " on ", roles);
    if (strcmp(object->kind, "user mapping") == 0)
        add_until(proving, object->identity, " on ", roles);
    if (strcmp(object->kind, "membership") == 0)
        find_members(proving, object, roles);
    if (strcmp(object->kind, "policy") != 0)
        return;
    DdlItems named = ddl_items(proving->arena, ddl_value(ddl, object, "roles"));
    VEC_EACH (const Str, role, &named)
        add_until(proving, arena_dup(proving->arena, *role), ", ", roles);
}

// Whoever is named: owners, grantees, those of policies, user mappings and default privileges.
static Words find_roles(Proving *proving)
{
    Words roles = {0};
    Ddl ddl = {.arena = proving->arena};
    for (int i = 0; i < 2; i++) {
        const Snapshot *snapshot = i ? proving->now : proving->then;
        VEC_EACH (const SnapshotObject, object, &snapshot->objects) {
            const char *owner = ddl_value(&ddl, object, "owner");
            if (owner)
                add_word(proving->arena, &roles, quote_name(proving->arena, owner));
            find_grantees(proving, &ddl, object, &roles);
            find_named(proving, &ddl, object, &roles);
        }
    }
    return roles;
}

// By one of the two scripts, where roles are compared.
static bool is_made_itself(const Proving *proving, const char *role)
{
    return snapshot_find(proving->then, "role", role) || snapshot_find(proving->now, "role", role);
}

static bool make_roles(Proving *proving, Err *err)
{
    Words roles = find_roles(proving);
    VEC_EACH (const char *const, role, &roles) {
        if (is_made_itself(proving, *role))
            continue;
        // one that the server has, as pg_read_all_data or our own superuser, is not made
        const char *sql = arena_printf(
            proving->arena, "DO %s",
            quote_literal(
                proving->arena,
                arena_printf(proving->arena,
                             "BEGIN IF pg_catalog.to_regrole(%s) IS NULL THEN CREATE ROLE "
                             "%s; END IF; END",
                             quote_literal(proving->arena, *role), *role)));
        if (!session_exec(proving->session, sql, err))
            return false;
    }
    return true;
}

// They are data, which no SQL makes: only who may use them is.
static bool make_large_objects(Proving *proving, Err *err)
{
    Words made = {0};
    for (int i = 0; i < 2; i++) {
        const Snapshot *snapshot = i ? proving->now : proving->then;
        VEC_EACH (const SnapshotObject, object, &snapshot->objects)
            if (strcmp(object->kind, "large object") == 0 &&
                add_word(proving->arena, &made, object->identity) &&
                !session_exec(proving->session,
                              arena_printf(proving->arena, "SELECT pg_catalog.lo_create(%s)",
                                           object->identity),
                              err))
                return false;
    }
    return true;
}

// Statement by statement: an error names the one that failed.
static bool run_statements(Proving *proving, const SchemaChange *change, Err *err)
{
    if (!session_exec(proving->session, "SET search_path = ''; SET check_function_bodies = off",
                      err))
        return false;
    VEC_EACH (const DdlStatement, statement, &change->statements)
        if (!session_exec(proving->session, statement->sql, err))
            return err_detail(err, "the statement is: %s", statement->sql);
    return true;
}

// What stands for the other server's own is no role of the schema.
static void leave_stand_ins(const Proving *proving, Snapshot *snapshot)
{
    size_t kept = 0;
    VEC_EACH (const SnapshotObject, object, &snapshot->objects)
        if (strcmp(object->kind, "role") != 0 || is_made_itself(proving, object->identity))
            snapshot->objects.items[kept++] = *object;
    snapshot->objects.len = kept;
}

static bool compare(Proving *proving, const Snapshot *wanted, bool *ret_is_equal,
                    const char **ret_differences, Err *err)
{
    Snapshot found;
    Differences differences;
    if (!snapshot_take_linked(proving->arena, proving->session, proving->own_schema,
                              wanted->has_roles, &found, err))
        return false;
    leave_stand_ins(proving, &found);
    snapshot_compare(proving->arena, wanted, &found, SCOPE, SHOWN_MAX, &differences);
    const char *lines = "";
    VEC_EACH (const char *const, line, &differences)
        lines = arena_printf(proving->arena, "%s%s%s", lines, lines[0] ? "; " : "", *line);
    *ret_differences = lines;
    *ret_is_equal = differences.len == 0;
    return true;
}

// Why the first schema is not there; NULL: it is.
static bool make_first(Proving *proving, const char **ret_why, Err *err)
{
    Snapshot empty;
    SchemaChange making;
    const char *differences;
    bool is_equal;
    Err failure = {0};
    if (!snapshot_take_linked(proving->arena, proving->session, proving->own_schema,
                              proving->then->has_roles, &empty, err))
        return false;
    if (!schema_change(proving->arena, &empty, proving->then, SCOPE, &making)) {
        *ret_why = arena_printf(proving->arena, "the first schema cannot be made from nothing: %s",
                                making.refusals.items[0]);
        return true;
    }
    if (!make_roles(proving, &failure) || !make_large_objects(proving, &failure) ||
        !run_statements(proving, &making, &failure)) {
        *ret_why = arena_printf(
            proving->arena, "the first schema could not be made from nothing: %s", failure.message);
        return true;
    }
    if (!compare(proving, proving->then, &is_equal, &differences, err))
        return false;
    *ret_why = is_equal ? NULL
                        : arena_printf(proving->arena,
                                       "the first schema comes otherwise when it is made from "
                                       "nothing: %s",
                                       differences);
    return true;
}

static bool prove_change(Proving *proving, Err *err)
{
    const char *differences;
    bool is_equal;
    if (!run_statements(proving, proving->change, err)) {
        const char *message = arena_strdup(proving->arena, err->message);
        const char *detail = arena_strdup(proving->arena, err->detail);
        fail(err, ERR_CHECK, "no SQL: it was tried on a server of our own, and failed: %s",
             message);
        return err_detail(err, "%s", detail);
    }
    if (!compare(proving, proving->now, &is_equal, &differences, err))
        return false;
    if (is_equal)
        return true;
    fail(err, ERR_CHECK, "no SQL: it was tried on a server of our own, and brings another schema");
    return err_detail(err, "%s", differences);
}

static bool prove_on(Proving *proving, const Cluster *cluster, Err *err)
{
    SessionOptions options = {.url = cluster_url(proving->arena, cluster, "postgres"),
                              .application_name = "migrate-safe diff"};
    const char *why = NULL;
    if (!session_open(&options, &proving->session, err))
        return false;
    const char *version = session_parameter(proving->session, "server_version");
    if (!make_first(proving, &why, err))
        return false;
    if (why) {
        proving->proof.no_proof = why;
        return true;
    }
    if (!prove_change(proving, err))
        return false;
    proving->proof.server = arena_strdup(proving->arena, version ? version : "?");
    return true;
}

bool schema_prove(Arena *arena, const Snapshot *then, const Snapshot *now,
                  const SchemaChange *change, const char *own_schema, SchemaProof *ret_proof,
                  Err *err)
{
    Cluster *cluster = NULL;
    Err failure = {0};
    ClusterOptions options = {.major = now->server_major};
    Proving proving = {
        .arena = arena, .then = then, .now = now, .change = change, .own_schema = own_schema};
    if (!cluster_start(arena, &options, &cluster, &failure)) {
        if (failure.class != ERR_CONFIG) {
            *err = failure;
            return false;
        }
        *ret_proof = (SchemaProof){.no_proof = arena_strdup(arena, failure.message)};
        return true;
    }
    bool is_done = prove_on(&proving, cluster, err);
    session_close(proving.session);
    cluster_stop(cluster);
    if (is_done)
        *ret_proof = proving.proof;
    return is_done;
}
