#include "cli/report_find.h"

#include "cli/rehearsal_settings.h"
#include "io/file.h"
#include "io/json.h"
#include "report/message.h"
#include "report/run_document.h"
#include "run/rehearse/evidence.h"

#include <string.h>

enum {
    BEGINNING_MIN = 4,
    DAMAGED_SHOWN = 3,
    DOCUMENT_BYTES_MAX = 256 * 1024 * 1024,
};

static const char *logs_folder(const Context *context)
{
    const char *logs = option_text(&context->options, OPTION_LOGS);
    return logs ? logs : "logs";
}

const char *report_time(const Reported *reported)
{
    return reported->run ? reported->run->started_at : reported->rehearsal->made_at;
}

const char *report_id(const Reported *reported)
{
    return reported->run ? reported->run->run_id : reported->digest;
}

// ---- all of them

// One that cannot be read might be the last: whoever asks for the last is told.
static void warn_of_damaged(const Context *context, const RunDocuments *documents)
{
    VEC_EACH (const Err, problem, &documents->problems)
        if (problem - documents->problems.items < DAMAGED_SHOWN)
            message_warning(&context->err, problem);
}

static bool list_runs(const Context *context, ReportedList *list, Err *err)
{
    RunDocuments documents;
    if (!run_documents_load(context->arena, logs_folder(context), &documents, err))
        return false;
    warn_of_damaged(context, &documents);
    VEC_EACH (const RunDocument, document, &documents.runs)
        *vec_append(context->arena, list) =
            (Reported){.run = &document->report, .path = document->path};
    return true;
}

static bool list_rehearsals(const Context *context, ReportedList *list, Err *err)
{
    EvidenceFolder folder;
    if (!evidence_load(context->arena, rehearsal_folder(context), &folder, err))
        return false;
    VEC_EACH (const Evidence, evidence, &folder.evidence)
        *vec_append(context->arena, list) = (Reported){
            .rehearsal = evidence->rehearsal, .path = evidence->path, .digest = evidence->digest};
    return true;
}

static int newest_first(const void *left, const void *right)
{
    const Reported *a = left;
    const Reported *b = right;
    int order = strcmp(report_time(b), report_time(a));
    return order ? order : strcmp(report_id(a), report_id(b));
}

bool report_list(const Context *context, ReportedList *ret_list, Err *err)
{
    ReportedList list = {0};
    if (!list_runs(context, &list, err) || !list_rehearsals(context, &list, err))
        return false;
    vec_sort(&list, newest_first);
    *ret_list = list;
    return true;
}

// ---- one of them

static bool find_rehearsal(const Context *context, const char *what, Reported *ret_reported,
                           Err *err)
{
    Reported reported = {0};
    Rehearsal *rehearsal = arena_new_object(context->arena, Rehearsal);
    if (!evidence_read(context->arena, rehearsal_folder(context), what, rehearsal, &reported.path,
                       &reported.digest, err))
        return false;
    reported.rehearsal = rehearsal;
    *ret_reported = reported;
    return true;
}

static bool find_last_run(const Context *context, Reported *ret_reported, Err *err)
{
    ReportedList list = {0};
    if (!list_runs(context, &list, err))
        return false;
    if (list.len) {
        *ret_reported = list.items[0];
        return true;
    }
    fail(err, ERR_CONFIG, "there is no report of a run in %s", logs_folder(context));
    return err_hint(err, "up, down and redo leave one there; elsewhere: --logs DIR");
}

static bool find_latest(const Context *context, Reported *ret_reported, Err *err)
{
    ReportedList list;
    if (!report_list(context, &list, err))
        return false;
    if (list.len) {
        *ret_reported = list.items[0];
        return true;
    }
    Reported ignored; // what is wrong with evidence that cannot be read
    if (!find_rehearsal(context, "latest", &ignored, err) && err->class == ERR_CHECK)
        return false;
    fail(err, ERR_CONFIG, "there is no report of a run in %s, and no evidence of a rehearsal in %s",
         logs_folder(context), rehearsal_folder(context));
    return err_hint(err, "up, down and redo leave the one, migrate-safe rehearse the other");
}

static bool is_beginning(const char *what)
{
    return strlen(what) >= BEGINNING_MIN && what[strspn(what, "0123456789abcdef-")] == '\0';
}

static bool find_beginning(const Context *context, const char *what, Reported *ret_reported,
                           Err *err)
{
    ReportedList list;
    const Reported *found = NULL;
    if (!report_list(context, &list, err))
        return false;
    VEC_EACH (const Reported, reported, &list) {
        if (!str_starts(str_from(report_id(reported)), str_from(what)))
            continue;
        if (found) {
            fail(err, ERR_CONFIG, "several runs and rehearsals begin with \"%s\": %.12s, %.12s",
                 what, report_id(found), report_id(reported));
            return err_hint(err, "write more of it; all there are: migrate-safe report --list");
        }
        found = reported;
    }
    if (!found)
        return find_rehearsal(context, what, ret_reported, err); // its words for what is missing
    *ret_reported = *found;
    return true;
}

static bool is_run_document(const json_t *document)
{
    const char *schema = json_string_value(json_object_get(document, "schema"));
    return schema && str_starts(str_from(schema), STR("migrate-safe/run/"));
}

static bool find_file(const Context *context, const char *path, Reported *ret_reported, Err *err)
{
    ARENA_SCOPED bytes = arena_new();
    Arena *arena = context->arena;
    Str text;
    Err no_json = {0};
    if (!file_read(bytes, path, DOCUMENT_BYTES_MAX, &text, err))
        return false;
    JSON_SCOPED document = json_read(text, path, &no_json);
    if (!is_run_document(document))
        return find_rehearsal(context, path, ret_reported, err);
    RunReport *report = arena_new_object(arena, RunReport);
    if (!run_report_from_json(arena, document, path, report, err))
        return false;
    *ret_reported = (Reported){.run = report, .path = arena_strdup(arena, path)};
    return true;
}

bool report_find(const Context *context, const char *what, Reported *ret_reported, Err *err)
{
    if (strcmp(what, "latest") == 0)
        return find_latest(context, ret_reported, err);
    if (strcmp(what, "run") == 0)
        return find_last_run(context, ret_reported, err);
    if (strcmp(what, "rehearsal") == 0)
        return find_rehearsal(context, "latest", ret_reported, err);
    if (file_is_regular(what))
        return find_file(context, what, ret_reported, err);
    return is_beginning(what) ? find_beginning(context, what, ret_reported, err)
                              : find_rehearsal(context, what, ret_reported, err);
}
