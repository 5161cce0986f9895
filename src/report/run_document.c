#include "report/run_document.h"

#include "io/clock.h"
#include "io/file.h"

#include <stdlib.h>

enum {
    DOCUMENT_BYTES_MAX = 256 * 1024 * 1024,
    SAME_SECOND_MOST = 1000, // runs that end in one second
};

static const char BEGINNING[] = "run-report-";
static const char ENDING[] = ".json";

// A second run in the same second has a number behind the time.
static bool print(void *context, FILE *stream)
{
    return run_report_print(stream, context);
}

static bool write_new(Arena *arena, const char *folder, const RunReport *report,
                      const char **ret_path, Err *err)
{
    char now[CLOCK_TEXT];
    clock_now_compact(now);
    for (int i = 1; i < SAME_SECOND_MOST; i++) {
        const char *number = i > 1 ? arena_printf(arena, "-%d", i) : "";
        const char *path = arena_printf(arena, "%s/%s%.8s-%s%s%s", folder, BEGINNING, now, now + 8,
                                        number, ENDING);
        if (file_print_new(path, print, (void *)report, err)) {
            *ret_path = path;
            return true;
        }
        if (!file_exists(path))
            return false;
    }
    return false;
}

bool run_document_write(Arena *arena, const char *folder, const RunReport *report,
                        const char **ret_path, Err *err)
{
    return file_make_directories(folder, 0755, err) &&
           write_new(arena, folder, report, ret_path, err);
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
