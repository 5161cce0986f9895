// Rights for the plan's statements, extensions, and what is unsound in the schema already.
#include "base/text.h"
#include "run/preflight/preflight_private.h"
#include "run/server_facts.h"
#include "sql/quote.h"

#include <string.h>

enum {
    NAMED_MOST = 20,
};

// Columns of preflight/rights.sql.
enum {
    MISSING_NUMBER,
    MISSING_NAME,
    MISSING_OWNER,
    MISSING_SCHEMA,
};

static const char *role_of(Looking *looking)
{
    return quote_name(looking->arena, session_user(looking->session));
}

static const char *grant(Looking *looking, const char *right, const Rows *rows, size_t row)
{
    Arena *arena = looking->arena;
    const char *name = rows_text(rows, row, MISSING_NAME);
    if (strcmp(right, "OWNER") == 0)
        return arena_printf(arena, "connect as %s, or: ALTER TABLE %s OWNER TO %s;",
                            rows_text(rows, row, MISSING_OWNER), name, role_of(looking));
    if (strcmp(right, "DATABASE") == 0)
        return arena_printf(arena, "GRANT CREATE ON DATABASE %s TO %s;", name, role_of(looking));
    if (strcmp(right, "SCHEMA") == 0 || strcmp(right, "INDEX") == 0)
        return arena_printf(arena, "GRANT CREATE ON SCHEMA %s TO %s;",
                            *right == 'I' ? rows_text(rows, row, MISSING_SCHEMA) : name,
                            role_of(looking));
    return arena_printf(arena, "GRANT %s ON %s TO %s;", right, name, role_of(looking));
}

static const char *missing_words(Arena *arena, const char *right, const char *name)
{
    if (strcmp(right, "OWNER") == 0)
        return arena_printf(arena, "to be the owner of %s", name);
    if (strcmp(right, "DATABASE") == 0)
        return arena_printf(arena, "CREATE on database %s", name);
    if (strcmp(right, "SCHEMA") == 0)
        return arena_printf(arena, "CREATE on schema %s", name);
    if (strcmp(right, "INDEX") == 0)
        return arena_printf(arena, "CREATE on the schema of %s", name);
    return arena_printf(arena, "%s on %s", right, name);
}

// The first schema of the search path, where something is made without naming one.
static const char *unwritable(Looking *looking)
{
    const Rows *rows = &looking->answers[ASKED_SEARCH_PATH].rows;
    if (!looking->answers[ASKED_SEARCH_PATH].is_wanted ||
        looking->answers[ASKED_SEARCH_PATH].err.class != ERR_NONE)
        return NULL;
    if (!rows->count)
        return "";
    return rows_bool(rows, 0, 1) ? NULL : rows_text(rows, 0, 0);
}

static void check_privileges(Looking *looking)
{
    Arena *arena = looking->arena;
    const RightsWanted *wanted = &looking->rights;
    const Rows *rows = preflight_rows(looking, ASKED_RIGHTS, PREFLIGHT_PRIVILEGES);
    if (!rows)
        return;
    const char *schema = unwritable(looking);
    size_t count = rows->count + (schema != NULL);
    if (!count) {
        preflight_add(looking, PREFLIGHT_PRIVILEGES, VERDICT_PASS, NULL,
                      "%s has what the statements need (%zu asked)", session_user(looking->session),
                      wanted->rights.len);
        return;
    }
    const char *fix =
        schema && !rows->count
            ? *schema ? arena_printf(arena, "GRANT CREATE ON SCHEMA %s TO %s;",
                                     quote_name(arena, schema), role_of(looking))
                      : "SHOW search_path; none of its schemas is there"
            : grant(looking, wanted->rights.items[rows_int(rows, 0, MISSING_NUMBER)].right, rows,
                    0);
    Check *check = preflight_add(
        looking, PREFLIGHT_PRIVILEGES, wanted->changes_role ? VERDICT_WARN : VERDICT_FAIL, fix,
        "%s lacks %zu that statements need%s", session_user(looking->session), count,
        wanted->changes_role ? "; a script changes its role" : "");
    if (schema)
        check_detail(arena, check, "CREATE on %s, for %s", *schema ? schema : "any schema",
                     wanted->unqualified);
    for (size_t i = 0; i < rows->count && i < NAMED_MOST; i++) {
        const WantedRight *right = &wanted->rights.items[rows_int(rows, i, MISSING_NUMBER)];
        check_detail(arena, check, "%s:%d: %s", right->file, right->position.line,
                     missing_words(arena, right->right, rows_text(rows, i, MISSING_NAME)));
    }
}

void preflight_extensions(Looking *looking)
{
    ExtensionObstacle obstacle;
    const Rows *rows = preflight_rows(looking, ASKED_EXTENSIONS, PREFLIGHT_EXTENSIONS);
    if (!rows)
        return;
    if (server_extension_obstacle(looking->arena, rows, session_server_major(looking->session),
                                  looking->is_superuser, &obstacle))
        preflight_add(looking, PREFLIGHT_EXTENSIONS, VERDICT_FAIL, obstacle.fix, "%s",
                      obstacle.what);
    else
        preflight_add(looking, PREFLIGHT_EXTENSIONS, VERDICT_PASS, NULL, "%s",
                      rows->count ? server_extensions(looking->arena, rows)
                                  : "the plan asks for none");
}

static bool is_touched(const Looking *looking, const char *relation)
{
    VEC_EACH (const WantedRoom, room, &looking->rooms)
        if (strcmp(room->relation, relation) == 0)
            return true;
    return preflight_is_locked(looking, relation);
}

static const char *repair(Arena *arena, PreflightId id, const char *name, const char *relation)
{
    return id == PREFLIGHT_INDEXES
               ? arena_printf(arena,
                              "DROP INDEX CONCURRENTLY %s; and make it anew, or: REINDEX INDEX "
                              "CONCURRENTLY %s;",
                              name, name)
               : arena_printf(arena, "ALTER TABLE %s VALIDATE CONSTRAINT %s;", relation, name);
}

static void check_unsound(Looking *looking, PreflightId id, const char *kind)
{
    const Rows *rows = preflight_rows(looking, ASKED_UNSOUND, id);
    size_t all = 0;
    size_t touched = 0;
    const char *first = NULL;
    const char *of = NULL;
    if (!rows)
        return;
    for (size_t i = 0; i < rows->count; i++) {
        if (strcmp(rows_text(rows, i, 0), kind) != 0)
            continue;
        first = first ? first : rows_text(rows, i, 1);
        of = of ? of : rows_text(rows, i, 2);
        all++;
        touched += is_touched(looking, rows_text(rows, i, 2));
    }
    Check *check = preflight_add(looking, id, all ? VERDICT_WARN : VERDICT_PASS,
                                 all ? repair(looking->arena, id, first, of) : NULL,
                                 "%zu, of these on what the plan touches: %zu", all, touched);
    for (size_t i = 0; i < rows->count; i++)
        if (strcmp(rows_text(rows, i, 0), kind) == 0 && check->details.len < NAMED_MOST)
            check_detail(looking->arena, check, "%s on %s", rows_text(rows, i, 1),
                         rows_text(rows, i, 2));
}

void preflight_relations(Looking *looking)
{
    check_privileges(looking);
    check_unsound(looking, PREFLIGHT_INDEXES, "index");
    check_unsound(looking, PREFLIGHT_CONSTRAINTS, "constraint");
}
