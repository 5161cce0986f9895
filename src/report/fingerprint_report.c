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
