#include "run/target.h"

#include "base/sha256.h"
#include "base/text.h"
#include "queries.h"
#include "run/pooler.h"
#include "sql/quote.h"

#include <stdlib.h>
#include <unistd.h>

enum {
    SERVER_OLDEST = 130000
};

static bool run_query(Arena *arena, Target *target, const Query *query, int count,
                      const char *const *parameters, Rows *ret_rows, Err *err)
{
    if (session_query(target->session, arena, query_text(arena, query, target->schema), count,
                      parameters, ret_rows, err))
        return true;
    if (str_eq(str_from(err->sqlstate), STR("42501"))) {
        const char *schema = quote_identifier(arena, target->schema);
        const char *user = quote_identifier(arena, session_user(target->session));
        err_hint(
            err,
            "connect as the role that migrates, or let it run: GRANT USAGE ON SCHEMA %s TO %s; "
            "GRANT SELECT ON ALL TABLES IN SCHEMA %s TO %s",
            schema, user, schema, user);
    }
    return err_note(err, "reading the state of %s", session_target(target->session));
}

static bool load_overview(Arena *arena, Target *target, Err *err)
{
    const char *parameters[] = {target->schema};
    Rows rows;
    if (!run_query(arena, target, &QUERY_TARGET_OVERVIEW, 1, parameters, &rows, err))
        return false;
    target->has_history = rows_bool(&rows, 0, 0);
    target->is_standby = rows_bool(&rows, 0, 1);
    target->is_read_only = rows_bool(&rows, 0, 2);
    target->has_user_tables = rows_bool(&rows, 0, 3);
    target->database = rows_text(&rows, 0, 4);
    target->user = rows_text(&rows, 0, 5);
    target->has_snapshots = rows_bool(&rows, 0, 7);
    target->is_pooled = pooler_is_between(target->session, rows_int(&rows, 0, 6));
    return true;
}

static bool load_history(Arena *arena, Target *target, Err *err)
{
    target->history = (History){0};
    if (!target->has_history)
        return true;
    Rows rows;
    if (!run_query(arena, target, &QUERY_HISTORY_LIST, 0, NULL, &rows, err))
        return false;
    vec_reserve(arena, &target->history, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        *vec_append(arena, &target->history) = (AppliedMigration){
            .version = rows_text(&rows, i, 0),
            .name = rows_text(&rows, i, 1),
            .layout = rows_text(&rows, i, 2),
            .kind = rows_text(&rows, i, 3),
            .checksum = rows_text(&rows, i, 4),
            .has_down = rows_bool(&rows, i, 5),
            .applied_order = rows_int(&rows, i, 6),
            .applied_at = rows_text(&rows, i, 7),
            .applied_by = rows_text(&rows, i, 8),
            .duration_ms = rows_int(&rows, i, 9),
            .statements_done = rows_int(&rows, i, 10),
            .statements_total = rows_int(&rows, i, 11),
            .is_dirty = rows_bool(&rows, i, 12),
            .run_id = rows_text(&rows, i, 13),
            .plan_digest = rows_text(&rows, i, 14),
            .backup_id = rows_text(&rows, i, 15),
            .tool_version = rows_text(&rows, i, 16),
            .is_dirty_down = rows_bool(&rows, i, 17),
        };
    return true;
}

// The first 63 bits of a digest over a fixed word and the schema: two stores in one database do not
// wait for each other.
static int64_t lock_key_of(const char *schema)
{
    char digest[SHA256_HEX];
    Sha256 *hash = sha256_new();
    sha256_add(hash, STR("migrate-safe runner "));
    sha256_add(hash, str_from(schema));
    sha256_finish(hash, digest);
    digest[16] = '\0';
    return (int64_t)(strtoull(digest, NULL, 16) >> 1);
}

bool target_refresh(Arena *arena, Target *target, Err *err)
{
    return load_overview(arena, target, err) && load_history(arena, target, err);
}

// Another runner that waits for us reads this: "migrate-safe up (pid 4711 on web-1)".
static const char *application_name(Arena *arena, const char *command)
{
    char host[64] = "";
    gethostname(host, sizeof host - 1);
    return arena_printf(arena, "migrate-safe %s (pid %d on %.24s)", command ? command : "",
                        (int)getpid(), host);
}

static bool connect(Arena *arena, const TargetOptions *options, const SessionWait *wait,
                    Session **ret_session, Err *err)
{
    SessionOptions session_options = {
        .url = options->url,
        .application_name = application_name(arena, options->command),
    };
    return session_open_waiting(&session_options, wait, ret_session, err);
}

bool target_connect(Arena *arena, const TargetOptions *options, Target *ret_target, Err *err)
{
    Target target = {
        .options = *options,
        .schema = options->schema ? options->schema : TARGET_DEFAULT_SCHEMA,
    };
    target.lock_key = lock_key_of(target.schema);
    if (!connect(arena, options, &options->wait, &target.session, err))
        return false;
    if (session_server_version(target.session) < SERVER_OLDEST) {
        fail(err, ERR_CONFIG, "%s runs PostgreSQL %d, migrate-safe needs 13 or newer",
             session_target(target.session), session_server_major(target.session));
        session_close(target.session);
        return false;
    }
    *ret_target = target;
    return true;
}

bool target_open(Arena *arena, const TargetOptions *options, Target *ret_target, Err *err)
{
    Target target;
    if (!target_connect(arena, options, &target, err))
        return false;
    if (!target_refresh(arena, &target, err)) {
        session_close(target.session);
        return false;
    }
    *ret_target = target;
    return true;
}

bool target_reconnect(Arena *arena, Target *target, Err *err)
{
    Session *session;
    if (!connect(arena, &target->options, &(SessionWait){0}, &session, err))
        return false;
    session_close(target->session);
    target->session = session;
    return true;
}

void target_close(Target *target)
{
    session_close(target->session);
    target->session = NULL;
}

bool target_texts(Arena *arena, Target *target, const char *version, const char **ret_up,
                  const char **ret_down, Err *err)
{
    Rows rows;
    if (!run_query(arena, target, &QUERY_HISTORY_TEXTS, 1, &version, &rows, err))
        return false;
    *ret_up = rows.count ? rows_text(&rows, 0, 0) : NULL;
    *ret_down = rows.count ? rows_text(&rows, 0, 1) : NULL;
    return true;
}

bool target_size(Arena *arena, const Target *target, int64_t *ret_bytes, Err *err)
{
    Rows rows;
    if (!session_query(target->session, arena,
                       "SELECT pg_catalog.pg_database_size(pg_catalog.current_database())", 0, NULL,
                       &rows, err))
        return err_note(err, "asking for the size of %s", session_target(target->session));
    *ret_bytes = rows_int(&rows, 0, 0);
    return true;
}

bool target_other_runners(Arena *arena, Target *target, const char **ret_list, Err *err)
{
    const char *parameters[] = {target->schema};
    Rows rows;
    if (!run_query(arena, target, &QUERY_TARGET_OTHER_RUNNERS, 1, parameters, &rows, err))
        return false;
    TEXT_SCOPED out;
    text_init(&out, 1024);
    for (size_t i = 0; i < rows.count; i++)
        text_printf(&out, "%s%s (%s)", i ? ", " : "", rows_text(&rows, i, 0),
                    rows_text(&rows, i, 1));
    *ret_list = rows.count ? arena_dup(arena, text_str(&out)) : NULL;
    return true;
}

bool target_keep_session(const Target *target, bool is_kept, Err *err)
{
    enum {
        HAS_IDLE_SESSION = 14, // idle_session_timeout is there since PostgreSQL 14
    };
    return !session_is_alive(target->session) ||
           session_server_major(target->session) < HAS_IDLE_SESSION ||
           session_exec(target->session,
                        is_kept ? "SET idle_session_timeout = 0" : "RESET idle_session_timeout",
                        err);
}
