#include "report/drift_report.h"

#include "report/message.h"

#include <string.h>

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

static void print_note(Arena *arena, const Terminal *terminal, const char *note)
{
    fprintf(terminal->stream, "%snote:%s %s\n", terminal_begin(terminal, COLOUR_YELLOW),
            terminal_end(terminal, COLOUR_YELLOW), terminal_line(arena, note));
}

// What had drifted before a later run is in what is compared with.
static const char *absorbed_note(Arena *arena, const StoredSnapshot *stored)
{
    return arena_printf(
        arena,
        "%s there already when the run that ended with %s began (%s), and known since; "
        "migrate-safe drift --replay compares with the folder",
        message_count(arena, stored->absorbed, "difference was", "differences were"),
        stored->absorbed_version ? arena_printf(arena, "version %s", stored->absorbed_version)
                                 : "no version",
        stored->absorbed_run);
}

static const char *next_of(const DriftReport *report)
{
    if (report->is_accepted)
        return "migrate-safe status";
    if (!report->diff.differences.len)
        return NULL;
    return report->stored ? "take it back, or accept it as it is now: migrate-safe drift --accept"
                          : "take it back, or make it a migration: migrate-safe new NAME";
}

void drift_report_text(Arena *arena, const Terminal *terminal, const DriftReport *report)
{
    const StoredSnapshot *stored = report->stored;
    const char *next = next_of(report);
    diff_report_text(arena, terminal, &report->diff);
    if (report->note)
        print_note(arena, terminal, report->note);
    if (stored && stored->absorbed)
        print_note(arena, terminal, absorbed_note(arena, stored));
    if (report->pending)
        print_note(arena, terminal,
                   arena_printf(arena, "%s no part of it",
                                message_count(arena, (int64_t)report->pending,
                                              "pending migration is", "pending migrations are")));
    if (next)
        fprintf(terminal->stream, "%snext:%s %s\n", terminal_begin(terminal, COLOUR_BLUE),
                terminal_end(terminal, COLOUR_BLUE), next);
}

static void write_expected(JsonStream *json, const DriftReport *report)
{
    const StoredSnapshot *stored = report->stored;
    json_key(json, "expected");
    json_begin_object(json);
    json_key_text(json, "from", stored ? "snapshot" : "folder");
    json_key_text(json, "version", stored ? stored->version : report->folder_until);
    json_key_text(json, "taken_at", stored ? stored->taken_at : NULL);
    json_key_text(json, "taken_by", stored ? stored->taken_by : NULL);
    json_key_text(json, "command", stored ? stored->command : NULL);
    json_key_text(json, "run_id", stored ? stored->run_id : NULL);
    json_key_text(json, "tool_version", stored ? stored->tool_version : NULL);
    json_key_number(json, "absorbed", stored ? stored->absorbed : 0);
    json_end(json);
}

bool drift_report_document(FILE *stream, const DriftReport *report)
{
    JsonStream json = {.file = stream, .lines = 2};
    json_begin_object(&json);
    json_key_text(&json, "schema", "migrate-safe/drift/1");
    write_expected(&json, report);
    diff_report_json_body(&json, &report->diff);
    json_key_number(&json, "pending", (int64_t)report->pending);
    json_key_text(&json, "note", report->note);
    json_key_flag(&json, "accepted", report->is_accepted);
    json_end(&json);
    return fflush(stream) == 0 && !ferror(stream);
}
