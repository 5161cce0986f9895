#include "report/drift_report.h"

void drift_report_line(Arena *arena, const Terminal *terminal, const Drift *drift)
{
    const char *sentence = drift_sentence(arena, drift);
    bool is_found = drift->state == DRIFT_FOUND;
    if (!sentence)
        return;
    fprintf(terminal->stream, "%sdrift:%s %s\n",
            is_found ? terminal_begin(terminal, COLOUR_YELLOW) : "",
            is_found ? terminal_end(terminal, COLOUR_YELLOW) : "", terminal_line(arena, sentence));
}

json_t *drift_report_json(const Drift *drift)
{
    const StoredSnapshot *stored = &drift->stored;
    const char *word = drift_state_word(drift->state);
    if (!word)
        return json_null();
    bool is_counted = drift->state == DRIFT_NONE || drift->state == DRIFT_FOUND;
    json_t *document = json_object();
    json_put(document, "state", json_cstr(word));
    json_put(document, "differences", is_counted ? json_integer(drift->differences) : json_null());
    json_put(document, "reason", json_cstr(drift->reason));
    json_put(document, "since_version", json_cstr(stored->version));
    json_put(document, "since", json_cstr(stored->taken_at));
    json_put(document, "fingerprint", json_cstr(stored->fingerprint));
    return document;
}
