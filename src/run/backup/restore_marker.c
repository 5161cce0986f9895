#include "run/backup/restore_marker.h"

#include "io/json.h"

#include <string.h>

// People read it in \l+: a sentence first, then what we read again.
static const struct {
    const char *word;
    const char *sentence;
} STEPS[] = {
    [MARKER_NONE] = {"none", ""},
    [MARKER_LOADING] = {"loading", "migrate-safe restores a backup here"},
    [MARKER_READY] = {"ready", "migrate-safe restored a backup here, to be swapped in"},
    [MARKER_REPLACED] = {"replaced", "replaced by migrate-safe backup restore, kept until "
                                     "migrate-safe backup prune"},
};

enum {
    STEP_COUNT = sizeof STEPS / sizeof *STEPS
};

const char *marker_text(Arena *arena, const RestoreMarker *marker)
{
    JSON_SCOPED value = json_object();
    json_put(value, "step", json_cstr(STEPS[marker->step].word));
    json_put(value, "of", json_cstr(marker->of));
    json_put(value, "backup", json_cstr(marker->backup));
    json_put(value, "at", json_cstr(marker->at));
    json_put(value, "run_id", json_cstr(marker->run_id));
    return arena_printf(arena, "%s: %s", STEPS[marker->step].sentence, json_line(arena, value));
}

RestoreMarker marker_parse(Arena *arena, const char *comment)
{
    Err ignored = {0};
    for (int step = MARKER_LOADING; comment && step < STEP_COUNT; step++) {
        size_t length = strlen(STEPS[step].sentence);
        if (strncmp(comment, STEPS[step].sentence, length) != 0 || comment[length] != ':')
            continue;
        JSON_SCOPED value = json_read(str_from(comment + length + 1), "comment", &ignored);
        const char *word = json_string_value(json_object_get(value, "step"));
        RestoreMarker marker = {
            .step = (MarkerStep)step,
            .of = json_get_text(arena, value, "of"),
            .backup = json_get_text(arena, value, "backup"),
            .at = json_get_text(arena, value, "at"),
            .run_id = json_get_text(arena, value, "run_id"),
        };
        if (word && strcmp(word, STEPS[step].word) == 0 && marker.of)
            return marker;
    }
    return (RestoreMarker){0};
}
