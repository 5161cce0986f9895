// report: what happened, for people who were not there: a page, Markdown or JSON.
#include "cli/rehearsal_settings.h"
#include "cli/workspace.h"
#include "io/file.h"
#include "report/rehearsal_report.h"
#include "run/rehearse/evidence.h"

#include <string.h>

typedef struct Shown {
    Rehearsal rehearsal;
    const char *path;
    const char *digest;
} Shown;

typedef struct Form {
    const char *name; // what --format takes
    bool (*write)(Arena *arena, FILE *stream, const Shown *shown);
} Form;

static bool write_page(Arena *arena, FILE *stream, const Shown *shown)
{
    rehearsal_report_page(arena, stream, &shown->rehearsal, shown->digest);
    return true;
}

static bool write_markdown(Arena *arena, FILE *stream, const Shown *shown)
{
    rehearsal_report_markdown(arena, stream, &shown->rehearsal);
    return true;
}

static bool write_json(Arena *arena, FILE *stream, const Shown *shown)
{
    JSON_SCOPED document = evidence_to_json(&shown->rehearsal, shown->path, shown->digest);
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
    const Shown *shown;
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

static bool write(Context *context, const Form *form, const Shown *shown, Err *err)
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

static int report_run(Context *context)
{
    Err err = {0};
    Shown shown = {0};
    const char *what = context->arguments.len ? context->arguments.items[0] : "latest";
    const Form *form = form_find(context, &err);
    if (!form ||
        !evidence_read(context->arena, rehearsal_folder(context), what, &shown.rehearsal,
                       &shown.path, &shown.digest, &err) ||
        !write(context, form, &shown, &err))
        return command_fail(context, &err);
    return 0;
}

static const Example EXAMPLES[] = {
    {"report --output report.html", "the last rehearsal as one page, to be opened in a browser"},
    {"report latest --format markdown", "ready to be posted on a pull request"},
    {"report --format json --output rehearsal.json", "the evidence itself, with its digest"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_REPORT_FORMAT, OPTION_REPORT_OUTPUT, OPTION_COUNT};

const Command COMMAND_REPORT = {
    .name = "report",
    .arguments = "[EVIDENCE]",
    .arguments_most = 1,
    .summary = "what a rehearsal showed, as one HTML page, Markdown or JSON",
    .description =
        "EVIDENCE is a rehearsal that was kept: its file, its digest or the first digits of that,\n"
        "or latest, which is what counts when nothing is named. The page needs nothing else: no\n"
        "network, no script. It has the verdict, who could not read or write while each\n"
        "statement ran, what became of the schema, the ways back, all findings, and what the\n"
        "copy could not show. Markdown is short enough for a comment on a pull request, whatever\n"
        "was rehearsed. The verdict is no part of the exit code: rehearse has said it. Reads only\n"
        "files.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = report_run,
};
