// generate-rollback: downs made from the ups, and proven.
#include "cli/rollback_partial.h"
#include "cli/round_trip_open.h"
#include "io/clock.h"
#include "report/rollback_report.h"
#include "run/rollback_file.h"
#include "sql/quote.h"

#include <string.h>

typedef struct Generating {
    Workspace *workspace;
    bool is_named;
    const Migration **chosen; // ends with NULL
    const char *today;
    json_t *list; // NULL: text is printed
    size_t proven;
    size_t not_proven;
    size_t refused;
} Generating;

static bool may_replace(const Generating *generating, DownState state)
{
    bool overwrites = option_is_set(&generating->workspace->context->options, OPTION_OVERWRITE);
    return state == DOWN_MISSING ||
           (overwrites && (generating->is_named || state == DOWN_GENERATED));
}

static bool is_named(const Generating *generating, const Migration *migration)
{
    for (const Migration **one = generating->chosen; *one; one++)
        if (*one == migration)
            return true;
    return false;
}

// Where nobody names them: those that have none and do not say that there can be none.
static bool is_wanted(void *context, const Migration *migration)
{
    const Generating *generating = context;
    ARENA_SCOPED scratch = arena_new();
    DownState state;
    Err unreadable = {0};
    if (generating->is_named)
        return is_named(generating, migration);
    return migration->kind == MIGRATION_VERSIONED && !migration->left_out &&
           !migration->up.directives.irreversible &&
           (!rollback_down_state(scratch, migration, &state, &unreadable) ||
            may_replace(generating, state));
}

static bool is_dry(const Generating *generating)
{
    return option_is_set(&generating->workspace->context->options, OPTION_DRY_RUN);
}

static void report(Generating *generating, Arena *arena, const RollbackResult *result)
{
    Context *context = generating->workspace->context;
    generating->refused += !result->header;
    generating->proven += result->header && result->is_proven;
    generating->not_proven += result->header && !result->is_proven;
    if (generating->list) {
        json_array_append_new(generating->list, rollback_report_json(result));
        return;
    }
    if (is_dry(generating) && result->header) {
        fputs(result->text, context->out.stream);
        fflush(context->out.stream);
    }
    const Terminal *terminal = is_dry(generating) ? &context->err : &context->out;
    rollback_report_text(arena, terminal, result);
    fflush(terminal->stream);
}

static const char *row_text(Arena *arena, const SourceTable *table, const Migration *migration,
                            const char *down)
{
    return arena_printf(arena,
                        "UPDATE %s SET schema_version_down_sql = %s\n"
                        "WHERE schema_version_version = %s;\n",
                        table->relation, quote_literal(arena, down),
                        quote_literal(arena, migration->version));
}

static void put_in_place(const Generating *generating, Arena *arena, const RollbackPlace *place,
                         Rollback *rollback, RollbackResult *result)
{
    Err err = {0};
    const char *text;
    const Source *source = &generating->workspace->source;
    if (source->table && source->table->has_down) {
        result->text = row_text(arena, source->table, result->migration, rollback->text);
        return;
    }
    if (is_dry(generating))
        return;
    if (rollback_file_text(arena, place, rollback, &text, &err) &&
        rollback_file_write(arena, place, text, &err)) {
        result->is_written = true;
        return;
    }
    result->header = NULL;
    *vec_append(arena, &rollback->refusals) = arena_strdup(arena, err.message);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

// In folders for each migration the file alone says nothing.
static const char *name_of(Arena *arena, const RollbackPlace *place, const Migration *migration)
{
    return place->entry && strchr(place->entry->up->name, '/')
               ? place->entry->up->name
               : arena_strdup(arena, base_name(migration->up.path));
}

static bool generate(Generating *generating, RoundTrips *trips, const Migration *migration,
                     Err *err)
{
    ARENA_SCOPED arena = arena_new();
    RollbackPlace place;
    Rollback rollback;
    rollback_place_find(arena, &generating->workspace->source, migration, &place);
    RollbackRequest request = {.form = rollback_form(&place),
                               .of = name_of(arena, &place, migration),
                               .today = generating->today,
                               .expansion = place.folder ? place.folder->expansion : NULL};
    if (!rollback_make(arena, trips, migration, &request, &rollback, err))
        return false;
    RollbackResult result = {.migration = migration,
                             .path = place.path,
                             .is_proven = rollback.is_proven,
                             .header = rollback.refusals.len ? NULL : &rollback.header,
                             .refusals = &rollback.refusals,
                             .trip = &rollback.trip,
                             .text = rollback.text};
    if (result.header)
        put_in_place(generating, arena, &place, &rollback, &result);
    report(generating, arena, &result);
    return true;
}

static const char *reason_against(const Generating *generating, Arena *arena,
                                  const Migration *migration, const char *why_not, Err *err)
{
    DownState state;
    if (why_not)
        return why_not;
    if (migration->up.directives.irreversible)
        return arena_printf(arena, "it says that it is irreversible: %s",
                            migration->up.directives.irreversible);
    if (!rollback_down_state(arena, migration, &state, err))
        return arena_strdup(arena, err->message);
    return may_replace(generating, state)
               ? NULL
               : "it has a down already, which --overwrite would replace";
}

static bool visit(void *context, RoundTrips *trips, const Migration *migration, const char *why_not,
                  Err *err)
{
    Generating *generating = context;
    Words refusals = {0};
    ARENA_SCOPED arena = arena_new();
    const char *reason = reason_against(generating, arena, migration, why_not, err);
    if (round_trip_is_end(err))
        return false;
    *err = (Err){0};
    if (!reason)
        return generate(generating, trips, migration, err);
    *vec_append(arena, &refusals) = reason;
    RollbackResult result = {.migration = migration, .refusals = &refusals};
    report(generating, arena, &result);
    return true;
}

static bool run(Generating *generating, const char **ret_server, Err *err)
{
    ROUND_TRIPS_SCOPED trips = NULL;
    RoundTripVisit visiting = {is_wanted, visit, generating};
    if (!workspace_load_sound(generating->workspace, err) ||
        !round_trips_choose(generating->workspace, &generating->is_named, &generating->chosen,
                            err) ||
        !round_trips_open_for(generating->workspace, &trips, err))
        return false;
    *ret_server = round_trips_server(trips);
    return round_trips_walk(trips, &generating->workspace->source, &visiting, err);
}

static bool write_document(const Generating *generating, const char *server)
{
    JSON_SCOPED document = json_object();
    json_put(document, "schema", json_cstr("migrate-safe/generate-rollback/1"));
    json_put(document, "server", json_cstr(server));
    json_put(document, "proven", json_integer((json_int_t)generating->proven));
    json_put(document, "not_proven", json_integer((json_int_t)generating->not_proven));
    json_put(document, "refused", json_integer((json_int_t)generating->refused));
    json_put(document, "migrations", json_incref(generating->list));
    return json_write(stdout, document);
}

static void print_end(const Generating *generating)
{
    const Context *context = generating->workspace->context;
    const Terminal *terminal = is_dry(generating) ? &context->err : &context->out;
    if (generating->proven + generating->not_proven + generating->refused == 0) {
        fprintf(terminal->stream, "Nothing to do: every migration has a down, or says that it is "
                                  "irreversible\n");
        return;
    }
    fprintf(terminal->stream, "\n%zu proven, %zu not proven, %zu refused\n", generating->proven,
            generating->not_proven, generating->refused);
    if (generating->refused)
        fprintf(terminal->stream,
                "next: write what was refused by hand, or say in the up why there is no way back: "
                "-- migrate-safe: irreversible: REASON\n");
    else
        fprintf(terminal->stream, "next: migrate-safe validate --downs\n");
}

static int generate_rollback_run(Context *context)
{
    Err err = {0};
    char now[CLOCK_TEXT];
    const char *server = NULL;
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    if (option_is_set(&context->options, OPTION_PARTIAL))
        return rollback_partial(&workspace);
    clock_now_rfc3339(now);
    JSON_SCOPED list = context->is_json ? json_array() : NULL;
    Generating generating = {
        .workspace = &workspace, .today = arena_dup(context->arena, (Str){now, 10}), .list = list};
    if (!run(&generating, &server, &err))
        return command_fail(context, &err);
    if (!context->is_json)
        print_end(&generating);
    else if (!write_document(&generating, server))
        return err_exit_code(ERR_IO);
    return generating.refused || generating.not_proven ? err_exit_code(ERR_CHECK) : 0;
}

static const Example EXAMPLES[] = {
    {"generate-rollback", "write every down that is missing"},
    {"generate-rollback 027 028 --dry-run", "print those of these versions"},
    {"generate-rollback 027 --overwrite", "in place of what is there"},
    {"generate-rollback --partial --output undo.sql",
     "what takes back a migration that stopped half way, as the database is now"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_DRY_RUN, OPTION_OVERWRITE, OPTION_PARTIAL, OPTION_OUTPUT,
                                 OPTION_COUNT};

const Command COMMAND_GENERATE_ROLLBACK = {
    .name = "generate-rollback",
    .arguments = "[VERSION...]",
    .arguments_most = 100000,
    .summary = "write the downs that are missing, each proven by a round trip",
    .description =
        "Runs the folder's ups on a throwaway server, works out from the schema before and behind\n"
        "each what takes it back, tries that on copies with generated rows (up, down, up again,\n"
        "rows written, down again), and writes it where the layout keeps downs. Its header says\n"
        "what is lost by it, and whether it is proven: schema and rows as they were, and nothing\n"
        "in the up whose effect on rows the copies could not show. Constant rows that the up "
        "writes\n"
        "are deleted by their keys; rows that it copied into the quarantine first (lint --fix "
        "--keep\n"
        "writes that) go back. Other changes of rows that were there are refused with the reason, "
        "as\n"
        "are orders of columns that SQL cannot bring back. Nothing that people wrote is replaced,\n"
        "unless it is named and with --overwrite. Exits with 1 when something was refused or is "
        "not\n"
        "proven. Needs PostgreSQL's server programs; of a configured database only the version and "
        "the\n"
        "names of roles are taken. With --partial the SQL is made from the schema of the "
        "configured\n"
        "database, where a migration stopped half way, back to the one before it; nothing is run.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = generate_rollback_run,
};
