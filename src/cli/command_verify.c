// verify: whether rows keep what the schema promises, at any time.
#include "base/size.h"
#include "cli/settings.h"
#include "cli/workspace.h"
#include "io/clock.h"
#include "io/file.h"
#include "io/process.h"
#include "report/check_report.h"
#include "report/message.h"
#include "report/report_file.h"
#include "run/integrity/before.h"
#include "run/integrity/own.h"
#include "run/table_names.h"

#include <stdlib.h>
#include <string.h>

enum {
    JOBS_MOST = 4,
    PROGRESS_MS = 100
};

static const int64_t QUERY_TIMEOUT_MS = 60 * 1000;
static const char SAMPLE_ABOVE[] = "10GB";

typedef struct Verification {
    Context *context;
    Workspace *workspace;
    IntegrityOptions options;
    Words tables;
    CheckList checks;
    int64_t started_us;
    int64_t shown_us; // progress
} Verification;

static IntegritySet named(const Context *context, OptionId id, Err *err)
{
    const OptionValue *value = &context->options.values[id];
    IntegritySet set = 0;
    for (size_t i = 0; value->where && i < value->list.len; i++) {
        IntegritySet some = integrity_named(str_from(value->list.items[i]));
        if (!some) {
            fail(err, ERR_CONFIG, "there is no check \"%s\"", value->list.items[i]);
            err_hint(err, "a section, as references or keys, or one of it: references.orphans; "
                          "--json names all");
            return 0;
        }
        set |= some;
    }
    return set;
}

static bool choose_kinds(Verification *verification, Err *err)
{
    const Context *context = verification->context;
    IntegritySet only = named(context, OPTION_ONLY_KIND, err);
    IntegritySet except = err->class == ERR_NONE ? named(context, OPTION_EXCEPT, err) : 0;
    if (err->class != ERR_NONE)
        return false;
    verification->options.kinds = (only ? only : INTEGRITY_ALL) & ~except;
    if (!verification->options.kinds)
        return fail(err, ERR_CONFIG, "--only and --except leave no check");
    return true;
}

static bool read_options(Verification *verification, Err *err)
{
    const Context *context = verification->context;
    IntegrityOptions *options = &verification->options;
    const char *size = option_text(&context->options, OPTION_SAMPLE_ABOVE);
    if (!size_parse(str_from(size ? size : SAMPLE_ABOVE), &options->sample_above_bytes)) {
        fail(err, ERR_CONFIG, "sample-above takes a size, not \"%s\"", size);
        return err_hint(err, "write it as 10GB, 500MB or 0");
    }
    int64_t jobs = option_number(&context->options, OPTION_VERIFY_JOBS);
    int cores = process_core_count();
    options->jobs = jobs ? (int)jobs : cores < JOBS_MOST ? cores : JOBS_MOST;
    options->time_limit_ms = option_number(&context->options, OPTION_TIME_LIMIT);
    options->schema = option_text(&context->options, OPTION_SCHEMA);
    return choose_kinds(verification, err);
}

static void show_progress(void *to, size_t done, size_t total)
{
    Verification *verification = to;
    const Terminal *terminal = &verification->context->err;
    if (!terminal->is_terminal || clock_elapsed_ms(verification->shown_us) < PROGRESS_MS)
        return;
    verification->shown_us = clock_monotonic_us();
    fprintf(terminal->stream, "\r\033[K  looked at %zu of %zu ...", done, total);
    fflush(terminal->stream);
}

static void wipe_progress(const Verification *verification)
{
    const Terminal *terminal = &verification->context->err;
    if (terminal->is_terminal)
        fputs("\r\033[K", terminal->stream);
}

static bool find_tables(Verification *verification, Err *err)
{
    const Context *context = verification->context;
    Words texts = {0};
    for (size_t i = 0; i < context->arguments.len; i++)
        *vec_append(context->arena, &texts) = context->arguments.items[i];
    if (!texts.len)
        return true;
    if (!table_names_find(context->arena, verification->workspace->target.session, &texts,
                          &verification->tables, err))
        return false;
    verification->options.tables = &verification->tables;
    return true;
}

// A folder that is named must be there; that of the usual name counts when it is.
static const char *folder_of(const Context *context, OptionId id, const char *usual)
{
    const char *folder = option_text(&context->options, id);
    const char *beside = settings_beside(context, usual);
    return folder ? folder : file_is_directory(beside) ? beside : NULL;
}

static bool ask_own(Verification *verification, Err *err)
{
    Context *context = verification->context;
    int64_t timeout = option_number(&context->options, OPTION_STATEMENT_TIMEOUT);
    OwnQueriesOptions options = {
        .folder = folder_of(context, OPTION_CHECKS, "checks"),
        .timeout_ms = timeout ? timeout : QUERY_TIMEOUT_MS,
    };
    bool is_wanted = verification->options.kinds & INTEGRITY_BIT(INTEGRITY_OWN);
    return !options.folder || !is_wanted || verification->options.tables ||
           own_queries_examine(context->arena, verification->workspace->target.session, &options,
                               &verification->checks, err);
}

static bool take_before(Verification *verification, Before *ret_before, Err *err)
{
    const Context *context = verification->context;
    return before_take(context->arena, verification->workspace->target.session,
                       &verification->options, folder_of(context, OPTION_DEPENDENTS, "dependents"),
                       &verification->checks, ret_before, err);
}

static bool compare_before(Verification *verification, Err *err)
{
    const Context *context = verification->context;
    const char *path = option_text(&context->options, OPTION_AFTER);
    const OptionValue *expected = &context->options.values[OPTION_EXPECT];
    Before then;
    Before now;
    return !path ||
           (before_read(context->arena, path, &then, err) && take_before(verification, &now, err) &&
            before_compare(context->arena, &then, &now, &expected->list, &verification->checks,
                           err));
}

static int write_before(Verification *verification, const char *path)
{
    Context *context = verification->context;
    const CheckReport report = {.list = &verification->checks};
    Before before;
    Err err = {0};
    bool ok = take_before(verification, &before, &err);
    wipe_progress(verification);
    if (!ok || !before_write(&before, path, &err))
        return command_fail(context, &err);
    if (context->is_json) {
        JSON_SCOPED document = json_object();
        json_put(document, "schema", json_cstr("migrate-safe/verify-before/1"));
        json_put(document, "file", json_cstr(path));
        json_put(document, "tables", json_integer((json_int_t)before.tables.len));
        json_put(document, "dependents", json_integer((json_int_t)before.answers.len));
        check_report_put(document, &verification->checks);
        return json_write(stdout, document) ? 0 : err_exit_code(ERR_IO);
    }
    if (verification->checks.checks.len)
        check_report_text(context->arena, &context->out, &report);
    fprintf(context->out.stream, "%s and %s kept in %s\nnext: migrate-safe verify --after %s\n",
            message_count(context->arena, (int64_t)before.tables.len, "table", "tables"),
            message_count(context->arena, (int64_t)before.answers.len, "answer", "answers"), path,
            path);
    return 0;
}

static json_t *document_of(const Verification *verification)
{
    const Session *session = verification->workspace->target.session;
    char now[CLOCK_TEXT];
    clock_now_rfc3339(now);
    json_t *document = json_object();
    json_put(document, "schema", json_cstr("migrate-safe/verify/1"));
    json_put(document, "run_id", json_null());
    json_put(document, "timestamp", json_cstr(now));
    json_put(document, "database", json_cstr(session_target(session)));
    json_put(document, "server_version", json_cstr(session_parameter(session, "server_version")));
    json_put(document, "tables",
             verification->options.tables
                 ? json_words(verification->tables.items, verification->tables.len)
                 : json_null());
    json_put(document, "jobs", json_integer(verification->options.jobs));
    json_put(document, "sample_above_bytes",
             json_integer(verification->options.sample_above_bytes));
    json_put(document, "duration_ms", json_integer(clock_elapsed_ms(verification->started_us)));
    check_report_put(document, &verification->checks);
    return document;
}

// What cannot be kept is a warning: the checks were made all the same.
static void keep(const Verification *verification, json_t *document)
{
    const Context *context = verification->context;
    const char *logs = option_text(&context->options, OPTION_LOGS);
    const char *path;
    Err err = {0};
    if (!report_file_write(context->arena, logs ? logs : "logs", "verify-report", document, &path,
                           &err))
        message_warning(&context->err, &err);
    else if (!context->is_json)
        fprintf(context->out.stream, "report: %s\n", path);
}

static int finish(Verification *verification)
{
    Context *context = verification->context;
    JSON_SCOPED document = document_of(verification);
    CheckReport report = {.list = &verification->checks,
                          .is_verbose = option_is_set(&context->options, OPTION_VERBOSE)};
    if (context->is_json) {
        if (!json_write(stdout, document))
            return err_exit_code(ERR_IO);
    } else {
        check_report_text(context->arena, &context->out, &report);
    }
    keep(verification, document);
    return check_list_passes(&verification->checks) ? 0 : err_exit_code(ERR_VERIFY);
}

static int verify_run(Context *context)
{
    Err err = {0};
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    Verification verification = {
        .context = context, .workspace = &workspace, .started_us = clock_monotonic_us()};
    IntegrityOptions *options = &verification.options;
    options->on_progress = show_progress;
    options->context = &verification;
    if (!read_options(&verification, &err) || !workspace_open(&workspace, &err) ||
        !find_tables(&verification, &err))
        return command_fail(context, &err);
    options->url = workspace.target.options.url ? workspace.target.options.url : "";
    const char *before = option_text(&context->options, OPTION_BEFORE);
    if (before)
        return write_before(&verification, before);
    bool ok = integrity_examine(context->arena, workspace.target.session, options,
                                &verification.checks, &err) &&
              ask_own(&verification, &err) && compare_before(&verification, &err);
    wipe_progress(&verification);
    return ok ? finish(&verification) : command_fail(context, &err);
}

static const Example EXAMPLES[] = {
    {"verify", "do all rows keep what the schema promises?"},
    {"verify orders 'app.*'", "only these tables, with their partitions and views"},
    {"verify --only references --only keys", "only orphans and their kind, and duplicates"},
    {"verify --before before.json", "what must be the same after a change: counts, answers"},
    {"verify --after before.json --expect orders=any", "and is it?"},
    {"verify --json", "for machines; exit code 3 when something is wrong"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {
    OPTION_ONLY_KIND,    OPTION_EXCEPT, OPTION_VERIFY_JOBS, OPTION_TIME_LIMIT,
    OPTION_SAMPLE_ABOVE, OPTION_CHECKS, OPTION_DEPENDENTS,  OPTION_STATEMENT_TIMEOUT,
    OPTION_BEFORE,       OPTION_AFTER,  OPTION_EXPECT,      OPTION_COUNT};

const Command COMMAND_VERIFY = {
    .name = "verify",
    .arguments = "[TABLE...]",
    .arguments_most = 1000,
    .summary = "data integrity: orphans, broken constraints, duplicates, indexes, sequences",
    .description =
        "Reads rows to see whether they keep what the schema promises: foreign keys, NOT NULL,\n"
        "CHECK, domains, unique keys, exclusion, bounds of partitions, also where the server has\n"
        "them for valid. And what guards them: indexes, triggers, row security, sequences, views,\n"
        "functions, collations. Each finding has some keys and the SQL that repairs it.\n"
        "Reads only, at one snapshot, by several sessions, and waits for no lock: what is locked\n"
        "or may not be read is unknown, and said. Of huge tables a sample is read, and said.\n"
        "Files of checks/ are the team's own queries, each row of which is a failure. --before "
        "keeps\n"
        "the tables' counts, and the answers of dependents/*.sql that others rely on; --after "
        "says\n"
        "what of that is not the same.\n"
        "Kept as logs/verify-report-<time>.json. Exits with 3 when something is wrong.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = verify_run,
};
