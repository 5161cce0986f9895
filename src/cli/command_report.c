// report: what happened, for people who were not there: a page, Markdown or JSON.
#include "cli/report_find.h"
#include "cli/workspace.h"
#include "io/file.h"
#include "report/message.h"
#include "report/rehearsal_facts.h"
#include "report/rehearsal_report.h"
#include "report/run_document.h"
#include "report/run_facts.h"
#include "report/run_report.h"
#include "report/table.h"
#include "run/rehearse/evidence.h"

#include <string.h>

enum {
    ID_SHOWN = 12, // letters of an id, in a list
};

typedef struct Form {
    const char *name; // what --format takes
    bool (*write)(Arena *arena, FILE *stream, const Reported *shown);
} Form;

static bool write_page(Arena *arena, FILE *stream, const Reported *shown)
{
    if (shown->run)
        run_report_page(arena, stream, shown->run);
    else
        rehearsal_report_page(arena, stream, shown->rehearsal, shown->digest);
    return true;
}

static bool write_markdown(Arena *arena, FILE *stream, const Reported *shown)
{
    if (shown->run)
        run_report_markdown(arena, stream, shown->run);
    else
        rehearsal_report_markdown(arena, stream, shown->rehearsal);
    return true;
}

static bool write_json(Arena *arena, FILE *stream, const Reported *shown)
{
    JSON_SCOPED document = shown->run
                               ? run_report_to_json(shown->run)
                               : evidence_to_json(shown->rehearsal, shown->path, shown->digest);
    if (shown->run)
        json_put(document, "report", json_cstr(shown->path));
    return json_write(stream, document);
}

static const Form FORMS[] = {
    {"html", write_page},
    {"markdown", write_markdown},
    {"json", write_json},
};

static const Form *form_find(const Context *context, Err *err)
{
    const char *given = option_text(&context->options, OPTION_REPORT_FORMAT);
    const char *name = given ? given : context->is_json ? "json" : "html";
    if (context->is_json && strcmp(name, "json") != 0) {
        fail(err, ERR_CONFIG, "--json and --format %s are two formats", name);
        err_hint(err, "give one of the two");
        return NULL;
    }
    for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS; i++)
        if (strcmp(FORMS[i].name, name) == 0)
            return &FORMS[i];
    fail(err, ERR_CONFIG, "there is no format \"%s\"", name);
    err_hint(err, "formats: html, markdown, json");
    return NULL;
}

typedef struct Writing {
    Arena *arena;
    const Form *form;
    const Reported *shown;
} Writing;

static bool write_stream(void *context, FILE *stream)
{
    const Writing *writing = context;
    return writing->form->write(writing->arena, stream, writing->shown);
}

static bool write_file(Context *context, const char *path, Writing *writing, Err *err)
{
    if (!file_print(path, write_stream, writing, err))
        return false;
    fprintf(context->err.stream, "written to %s\n", terminal_line(context->arena, path));
    return true;
}

static bool write(Context *context, const Form *form, const Reported *shown, Err *err)
{
    const char *path = option_text(&context->options, OPTION_REPORT_OUTPUT);
    Writing writing = {context->arena, form, shown};
    if (path)
        return write_file(context, path, &writing, err);
    if (form == &FORMS[0] && context->out.is_terminal) {
        fail(err, ERR_CONFIG, "a page is for a browser, not for a terminal");
        return err_hint(err, "write it to a file: migrate-safe report --output report.html");
    }
    bool is_written = write_stream(&writing, context->out.stream);
    return (is_written && fflush(context->out.stream) == 0) ||
           fail(err, ERR_IO, "stdout cannot be written");
}

// ---- --list

static const char *verdict_of(Arena *arena, const Reported *reported)
{
    if (reported->run)
        return arena_printf(arena, "%s %s", run_verdict_title(reported->run),
                            run_verdict_text(arena, reported->run));
    return arena_printf(arena, "%s: %s", rehearsal_verdict_word(reported->rehearsal),
                        rehearsal_verdict(arena, reported->rehearsal));
}

static const char *kind_of(const Reported *reported)
{
    return reported->run ? reported->run->command : "rehearse";
}

static bool is_good(const Reported *reported)
{
    return reported->run ? run_is_good(reported->run) : !rehearsal_failures(reported->rehearsal);
}

static json_t *list_json(const ReportedList *list)
{
    json_t *document = json_object();
    json_t *items = json_array();
    json_put(document, "schema", json_cstr("migrate-safe/report-list/1"));
    VEC_EACH (const Reported, reported, list) {
        json_t *item = json_object();
        json_put(item, "id", json_cstr(report_id(reported)));
        json_put(item, "command", json_cstr(kind_of(reported)));
        json_put(item, "at", json_cstr(report_time(reported)));
        json_put(item, "verdict",
                 json_cstr(reported->run ? run_verdict_word(run_verdict(reported->run))
                                         : rehearsal_verdict_word(reported->rehearsal)));
        json_put(item, "file", json_cstr(reported->path));
        json_array_append_new(items, item);
    }
    json_put(document, "reports", items);
    return document;
}

static void list_text(const Context *context, const ReportedList *list)
{
    static const char *const NAMES[] = {"at", "id", "command", "verdict"};
    Arena *arena = context->arena;
    Table table = table_new(arena, sizeof NAMES / sizeof *NAMES);
    table_heading(&table, NAMES);
    VEC_EACH (const Reported, reported, list) {
        table_cell(&table, report_time(reported), COLOUR_NONE);
        table_cell(&table, arena_printf(arena, "%.*s", ID_SHOWN, report_id(reported)), COLOUR_BOLD);
        table_cell(&table, kind_of(reported), COLOUR_NONE);
        table_cell(&table, terminal_line(arena, verdict_of(arena, reported)),
                   is_good(reported) ? COLOUR_GREEN : COLOUR_RED);
    }
    table_print(&table, &context->out, 0);
}

static int show_list(Context *context)
{
    Err err = {0};
    ReportedList list;
    if (context->arguments.len) {
        fail(&err, ERR_CONFIG, "--list shows all of them, and %s is one",
             context->arguments.items[0]);
        err_hint(&err, "give one of the two");
        return command_fail(context, &err);
    }
    if (!report_list(context, &list, &err))
        return command_fail(context, &err);
    if (context->is_json) {
        JSON_SCOPED document = list_json(&list);
        return json_write(stdout, document) ? 0 : err_exit_code(ERR_IO);
    }
    if (list.len)
        list_text(context, &list);
    else
        fputs("No run and no rehearsal is kept here\n", context->out.stream);
    return 0;
}

static int report_run(Context *context)
{
    Err err = {0};
    Reported shown = {0};
    const char *what = context->arguments.len ? context->arguments.items[0] : "latest";
    if (option_is_set(&context->options, OPTION_REPORT_LIST))
        return show_list(context);
    const Form *form = form_find(context, &err);
    if (!form || !report_find(context, what, &shown, &err) || !write(context, form, &shown, &err))
        return command_fail(context, &err);
    return 0;
}

static const char *which_word(size_t index)
{
    static const char *const WORDS[] = {"latest", "run", "rehearsal", NULL};
    return WORDS[index];
}

static const Example EXAMPLES[] = {
    {"report --output report.html", "the last run or rehearsal as one page, for a browser"},
    {"report run --format markdown", "the last up, down or redo, ready to be posted"},
    {"report rehearsal --format markdown", "the last rehearsal, for a pull request"},
    {"report --format json --output report.json", "all that is known of it"},
    {"report --list", "which there are"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_REPORT_FORMAT, OPTION_REPORT_OUTPUT, OPTION_REPORT_LIST,
                                 OPTION_COUNT};

const Command COMMAND_REPORT = {
    .name = "report",
    .arguments = "[WHICH]",
    .arguments_most = 1,
    .word = which_word,
    .summary = "what a run or a rehearsal did and showed, as one HTML page, Markdown or JSON",
    .description =
        "WHICH is latest (what counts when nothing is named), run or rehearsal for the last of\n"
        "its kind, the id of a run, the digest of a rehearsal, the first digits of either, or a\n"
        "file. A run's report tells what was planned, what allowed it, the checks, the backup\n"
        "and the way back to it, each migration with its locks and whom it waited for, and what\n"
        "is left to do. A run that was killed has none: then it is made of what its log knows.\n"
        "A rehearsal's has who could not read or write while each statement ran, what became of\n"
        "the schema, the ways back, all findings, and what the copy could not show.\n"
        "The page needs nothing else: no network, no script. Markdown is short enough for a\n"
        "comment. The verdict is no part of the exit code. Reads only files.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = report_run,
};
