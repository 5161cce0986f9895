#include "report/fingerprint_report.h"

#include "report/message.h"

void fingerprint_report_text(Arena *arena, const Terminal *terminal,
                             const FingerprintReport *report)
{
    const Snapshot *snapshot = report->snapshot;
    fprintf(terminal->stream, "%s\n", snapshot->fingerprint);
    if (!report->has_objects)
        return;
    ArenaMark mark = arena_mark(arena);
    VEC_EACH (const SnapshotObject, object, &snapshot->objects) {
        fprintf(terminal->stream, "%s  %s %s\n", object->sha256, object->kind,
                terminal_line(arena, object->identity));
        arena_release(arena, mark);
    }
}

static void write_objects(JsonStream *json, const Snapshot *snapshot)
{
    json_key(json, "objects");
    json_begin_list(json);
    VEC_EACH (const SnapshotObject, object, &snapshot->objects) {
        json_begin_object(json);
        json_key_text(json, "kind", object->kind);
        json_key_text(json, "identity", object->identity);
        json_key_text(json, "parent", object->parent);
        json_key_text(json, "sha256", object->sha256);
        json_key_text(json, "text", object->text);
        json_end(json);
    }
    json_end(json);
}

bool fingerprint_report_json(FILE *stream, const FingerprintReport *report)
{
    const Snapshot *snapshot = report->snapshot;
    JsonStream json = {.file = stream, .lines = 2};
    json_begin_object(&json);
    json_key_text(&json, "schema", "migrate-safe/fingerprint/1");
    json_key_text(&json, "target", report->target);
    json_key_number(&json, "server_major", snapshot->server_major);
    json_key_text(&json, "fingerprint", snapshot->fingerprint);
    json_key_number(&json, "object_count", (int64_t)snapshot->objects.len);
    json_key(&json, "gaps");
    json_begin_list(&json);
    VEC_EACH (const SnapshotGap, gap, &snapshot->gaps) {
        json_begin_object(&json);
        json_key_text(&json, "kind", gap->kind);
        json_key_number(&json, "count", gap->count);
        json_key_text(&json, "why", gap->why);
        json_end(&json);
    }
    json_end(&json);
    if (report->has_objects)
        write_objects(&json, snapshot);
    json_end(&json);
    return fflush(stream) == 0 && !ferror(stream);
}

void fingerprint_report_gaps(Arena *arena, const Terminal *terminal, const Snapshot *snapshot)
{
    VEC_EACH (const SnapshotGap, gap, &snapshot->gaps) {
        Err warning = {0};
        fail(&warning, ERR_CHECK, "not in the fingerprint: %s (%lld), %s",
             terminal_line(arena, gap->kind), (long long)gap->count, gap->why);
        err_hint(&warning,
                 "two schemas with gaps are not shown to be equal; connect as a superuser "
                 "or as the owner, or use a newer migrate-safe");
        message_warning(terminal, &warning);
    }
}
