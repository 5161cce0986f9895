#include "report/run_document.h"

#include "io/file.h"
#include "report/report_file.h"

#include <stdlib.h>

enum {
    DOCUMENT_BYTES_MAX = 256 * 1024 * 1024,
};

#define KIND "run-report"

static const char BEGINNING[] = KIND "-";
static const char ENDING[] = ".json";

typedef struct Writing {
    const RunReport *report;
} Writing;

static bool print(void *context, FILE *stream)
{
    const Writing *writing = context;
    return run_report_print(stream, writing->report);
}

bool run_document_write(Arena *arena, const char *folder, const RunReport *report,
                        const char **ret_path, Err *err)
{
    Writing writing = {report};
    return report_file_print(arena, folder, KIND, print, &writing, ret_path, err);
}

bool run_document_read(Arena *arena, const char *path, RunReport *ret_report, Err *err)
{
    ARENA_SCOPED bytes = arena_new();
    Str text;
    if (!file_read(bytes, path, DOCUMENT_BYTES_MAX, &text, err))
        return false;
    JSON_SCOPED document = json_read(text, path, err);
    if (!document) {
        err->class = ERR_CHECK;
        return err_hint(err, "what the run did is in the journal too: migrate-safe history");
    }
    return run_report_from_json(arena, document, path, ret_report, err);
}

static bool has_report_name(const char *name)
{
    Str text = str_from(name);
    return str_starts(text, str_from(BEGINNING)) && text.n > strlen(ENDING) &&
           strcmp(name + text.n - strlen(ENDING), ENDING) == 0;
}

static int newest_first(const void *left, const void *right)
{
    const RunDocument *a = left;
    const RunDocument *b = right;
    int order = strcmp(b->report.started_at, a->report.started_at);
    return order ? order : strcmp(a->report.run_id, b->report.run_id);
}

bool run_documents_load(Arena *arena, const char *folder, RunDocuments *ret_documents, Err *err)
{
    FileEntries entries = {0};
    RunDocuments loaded = {0};
    if (file_exists(folder) && !file_list(arena, folder, &entries, err))
        return false;
    VEC_EACH (const FileEntry, entry, &entries) {
        Err problem = {0};
        RunDocument document;
        if (!has_report_name(entry->name))
            continue;
        document.path = arena_printf(arena, "%s/%s", folder, entry->name);
        if (run_document_read(arena, document.path, &document.report, &problem))
            *vec_append(arena, &loaded.runs) = document;
        else
            *vec_append(arena, &loaded.problems) = problem;
    }
    if (!run_log_load(arena, folder, &loaded, err))
        return false;
    vec_sort(&loaded.runs, newest_first);
    *ret_documents = loaded;
    return true;
}
