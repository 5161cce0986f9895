#include "report/report_file.h"

#include "io/clock.h"
#include "io/file.h"

enum {
    SAME_SECOND_MOST = 1000,
};

bool report_file_print(Arena *arena, const char *folder, const char *kind,
                       bool (*write)(void *context, FILE *stream), void *context,
                       const char **ret_path, Err *err)
{
    char now[CLOCK_TEXT];
    clock_now_compact(now);
    if (!file_make_directories(folder, 0755, err))
        return false;
    for (int i = 1; i < SAME_SECOND_MOST; i++) {
        const char *number = i > 1 ? arena_printf(arena, "-%d", i) : "";
        const char *path =
            arena_printf(arena, "%s/%s-%.8s-%s%s.json", folder, kind, now, now + 8, number);
        *err = (Err){0};
        if (file_print_new(path, write, context, err)) {
            *ret_path = path;
            return true;
        }
        if (!file_exists(path))
            return false;
    }
    return false;
}

typedef struct Writing {
    const json_t *document;
} Writing;

static bool write_document(void *context, FILE *stream)
{
    const Writing *writing = context;
    return json_write(stream, writing->document);
}

bool report_file_write(Arena *arena, const char *folder, const char *kind, const json_t *document,
                       const char **ret_path, Err *err)
{
    Writing writing = {document};
    return report_file_print(arena, folder, kind, write_document, &writing, ret_path, err);
}
