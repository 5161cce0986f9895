// What the role may do, beside what the pending migrations will ask of it.
#include "io/json.h"
#include "queries.h"
#include "run/doctor_private.h"

#include "base/text.h"
#include "sql/quote.h"

// Columns of doctor/role.sql.
enum {
    ROLE_NAME,
    ROLE_SUPERUSER,
    ROLE_CREATEDB,
    ROLE_CREATEROLE,
    ROLE_REPLICATION,
    ROLE_BYPASSRLS,
    ROLE_SEES_ACTIVITY,
    ROLE_MAY_SIGNAL,
    ROLE_MAY_CREATE_SCHEMA,
    ROLE_HAS_SCHEMA,
    ROLE_MAY_USE_SCHEMA,
    ROLE_MAY_CREATE_IN_SCHEMA,
    ROLE_MAY_WRITE_TABLES,
    ROLE_DATABASE,
};

static const char *quoted_role(Doctor *doctor)
{
    return quote_identifier(doctor->arena, doctor->role);
}

static void check_store(Doctor *doctor, const Rows *rows, const char *schema)
{
    Arena *arena = doctor->arena;
    const char *quoted = quote_identifier(arena, schema);
    if (!rows_bool(rows, 0, ROLE_HAS_SCHEMA)) {
        bool may = rows_bool(rows, 0, ROLE_MAY_CREATE_SCHEMA);
        check_list_add(arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_STORE],
                       may ? VERDICT_PASS : VERDICT_FAIL,
                       arena_printf(arena, "GRANT CREATE ON DATABASE %s TO %s;",
                                    quote_identifier(arena, rows_text(rows, 0, ROLE_DATABASE)),
                                    quoted_role(doctor)),
                       "schema %s is not there yet; this role may%s make it", schema,
                       may ? "" : " not");
        return;
    }
    bool has_tables = rows_text(rows, 0, ROLE_MAY_WRITE_TABLES) != NULL;
    bool may = rows_bool(rows, 0, ROLE_MAY_USE_SCHEMA) &&
               rows_bool(rows, 0, has_tables ? ROLE_MAY_WRITE_TABLES : ROLE_MAY_CREATE_IN_SCHEMA);
    const char *fix =
        has_tables ? arena_printf(arena,
                                  "GRANT USAGE ON SCHEMA %s TO %s; GRANT SELECT, INSERT, UPDATE, "
                                  "DELETE ON ALL TABLES IN SCHEMA %s TO %s;",
                                  quoted, quoted_role(doctor), quoted, quoted_role(doctor))
                   : arena_printf(arena, "GRANT USAGE, CREATE ON SCHEMA %s TO %s;", quoted,
                                  quoted_role(doctor));
    check_list_add(arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_STORE],
                   may ? VERDICT_PASS : VERDICT_FAIL, fix, "schema %s is there; this role may%s %s",
                   schema, may ? "" : " not", has_tables ? "write its tables" : "make its tables");
}

static void check_create(Doctor *doctor)
{
    Arena *arena = doctor->arena;
    Rows rows;
    if (!doctor_query(doctor, &QUERY_DOCTOR_SEARCH_PATH, 0, NULL, CHECK_CREATE, &rows))
        return;
    // A table that is about to be made there turns a nuisance into a failure.
    Verdict bad = doctor->wants.unqualified ? VERDICT_FAIL : VERDICT_WARN;
    const char *about =
        doctor->wants.unqualified
            ? arena_printf(arena, "; a pending migration makes %s", doctor->wants.unqualified)
            : "";
    if (rows.count == 0) {
        check_list_add(
            arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_CREATE], bad,
            arena_printf(arena, "ALTER ROLE %s SET search_path = public;", quoted_role(doctor)),
            "no schema of the search path is there%s", about);
        return;
    }
    const char *first = rows_text(&rows, 0, 0);
    TEXT_SCOPED list;
    text_init(&list, 1024);
    for (size_t i = 0; i < rows.count; i++)
        text_printf(&list, "%s%s (%s)", i ? ", " : "", rows_text(&rows, i, 0),
                    rows_bool(&rows, i, 1) ? "may create" : "may not create");
    bool may = rows_bool(&rows, 0, 1);
    check_list_add(arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_CREATE],
                   may ? VERDICT_PASS : bad,
                   arena_printf(arena, "GRANT CREATE ON SCHEMA %s TO %s;",
                                quote_identifier(arena, first), quoted_role(doctor)),
                   "search path: %s%s", text_cstr(&list), may ? "" : about);
}

// Whoever owns them should migrate; nobody should become a superuser for it.
static void add_foreign(Doctor *doctor, const Rows *rows, size_t count)
{
    Arena *arena = doctor->arena;
    const char *relation = rows_text(rows, 0, 0);
    const char *owner = rows_text(rows, 0, 1);
    const char *more = count > 1 ? arena_printf(arena, " and %zu more", count - 1) : "";
    const char *fix =
        rows_bool(rows, 0, 3)
            ? arena_printf(arena, "connect as %s, or as %s: ALTER TABLE %s OWNER TO %s;", owner,
                           owner, relation, quoted_role(doctor))
            : arena_printf(arena, "connect as %s, or: GRANT %s TO %s;", owner,
                           quote_identifier(arena, owner), quoted_role(doctor));
    check_list_add(arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_OWNER], VERDICT_FAIL, fix,
                   "pending migrations change %s (owner %s)%s, which this role does not own",
                   relation, owner, more);
}

static void check_owner(Doctor *doctor)
{
    Arena *arena = doctor->arena;
    const RightsWanted *wants = &doctor->wants;
    Rows rows = {0};
    if (wants->owned.len) {
        const char *names = json_words_line(doctor->arena, wants->owned.items, wants->owned.len);
        if (!doctor_query(doctor, &QUERY_DOCTOR_OWNERS, 1, &names, CHECK_OWNER, &rows))
            return;
    }
    size_t foreign = 0;
    while (foreign < rows.count && !rows_bool(&rows, foreign, 2))
        foreign++;
    if (foreign)
        add_foreign(doctor, &rows, foreign);
    else if (rows.count)
        check_list_add(arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_OWNER], VERDICT_PASS, NULL,
                       "may change all that pending migrations touch (%zu)", rows.count);
    else
        check_list_add(arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_OWNER], VERDICT_PASS, NULL,
                       "no pending migration changes a table that is there");
}

static void check_attributes(Doctor *doctor, const Rows *rows)
{
    static const struct {
        int column;
        const char *word;
    } ATTRIBUTES[] = {
        {ROLE_SUPERUSER, "superuser"},   {ROLE_CREATEDB, "createdb"},
        {ROLE_CREATEROLE, "createrole"}, {ROLE_REPLICATION, "replication"},
        {ROLE_BYPASSRLS, "bypassrls"},
    };
    TEXT_SCOPED list;
    text_init(&list, 256);
    for (size_t i = 0; i < sizeof ATTRIBUTES / sizeof *ATTRIBUTES; i++)
        if (rows_bool(rows, 0, ATTRIBUTES[i].column))
            text_printf(&list, "%s%s", list.len ? ", " : "", ATTRIBUTES[i].word);
    check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[CHECK_ATTRIBUTES],
                   VERDICT_PASS, NULL, "%s: %s", doctor->role,
                   list.len ? text_cstr(&list) : "an ordinary role");
}

static void check_membership(Doctor *doctor, CheckId id, bool has, const char *group,
                             const char *yes, const char *no)
{
    check_list_add(doctor->arena, doctor->diagnosis, &DIAGNOSIS_KINDS[id],
                   has ? VERDICT_PASS : VERDICT_WARN,
                   arena_printf(doctor->arena, "GRANT %s TO %s;", group, quoted_role(doctor)), "%s",
                   has ? yes : no);
}

void doctor_role(Doctor *doctor)
{
    const TargetOptions *options = &doctor->options->target;
    const char *schema = options->schema ? options->schema : TARGET_DEFAULT_SCHEMA;
    Rows rows;
    if (!doctor_query(doctor, &QUERY_DOCTOR_ROLE, 1, &schema, CHECK_STORE, &rows))
        return;
    doctor->role = rows_text(&rows, 0, ROLE_NAME);
    doctor->is_superuser = rows_bool(&rows, 0, ROLE_SUPERUSER);
    check_store(doctor, &rows, schema);
    check_create(doctor);
    check_owner(doctor);
    check_attributes(doctor, &rows);
    check_membership(doctor, CHECK_ACTIVITY, rows_bool(&rows, 0, ROLE_SEES_ACTIVITY), "pg_monitor",
                     "may see what other sessions run", "sees other sessions, not what they run");
    check_membership(doctor, CHECK_SIGNAL, rows_bool(&rows, 0, ROLE_MAY_SIGNAL),
                     "pg_signal_backend", "may end other sessions",
                     "may end sessions of its own role only");
}
