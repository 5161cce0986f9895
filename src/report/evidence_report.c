#include "report/evidence_report.h"

#include "report/message.h"

static const char *time_text(Arena *arena, const EvidenceTime *time)
{
    const char *took = time->took_ms < 0 ? ""
                                         : arena_printf(arena, "; took %s there",
                                                        message_duration(arena, time->took_ms));
    if (time->low_ms < 0)
        return took;
    return arena_printf(arena, "%s%s %s to %s expected here", took, *took ? "," : ";",
                        message_duration(arena, time->low_ms),
                        message_duration(arena, time->high_ms));
}

static const char *joined(Arena *arena, const Words *words)
{
    const char *text = "";
    VEC_EACH (const char *const, word, words)
        text = arena_printf(arena, "%s%s%s", text, *text ? "; " : "", *word);
    return text;
}

const char *evidence_report_line(Arena *arena, const EvidenceVerdict *verdict)
{
    const Evidence *evidence = &verdict->evidence;
    if (!verdict->is_judged)
        return NULL;
    if (!evidence->digest)
        return verdict->unusable ? arena_printf(arena, "none: %s", verdict->unusable) : "none";
    if (!verdict->stands)
        return arena_printf(arena, "none stands; %.12s, %s%s: %s", evidence->digest, verdict->age,
                            verdict->looked_at > 1 ? ", differs least" : "",
                            joined(arena, &verdict->differences));
    return arena_printf(arena, "%.12s, %s, on a copy from %s: passed%s", evidence->digest,
                        verdict->age, rehearsal_copy_word(evidence->rehearsal->copy.kind),
                        time_text(arena, &verdict->time));
}

static json_t *milliseconds(int64_t ms)
{
    return ms < 0 ? json_null() : json_integer(ms);
}

static json_t *evidence_json(const EvidenceVerdict *verdict)
{
    const Evidence *evidence = &verdict->evidence;
    if (!evidence->digest)
        return json_null();
    json_t *object = json_object();
    bool has_failed = rehearsal_failures(evidence->rehearsal) > 0;
    json_put(object, "digest", json_cstr(evidence->digest));
    json_put(object, "path", json_cstr(evidence->path));
    json_put(object, "made_at", json_cstr(evidence->rehearsal->made_at));
    json_put(object, "copy", json_cstr(rehearsal_copy_word(evidence->rehearsal->copy.kind)));
    json_put(object, "verdict", json_cstr(has_failed ? "failed" : "passed"));
    json_put(object, "took_ms", milliseconds(verdict->time.took_ms));
    json_put(object, "expected_low_ms", milliseconds(verdict->time.low_ms));
    json_put(object, "expected_high_ms", milliseconds(verdict->time.high_ms));
    return object;
}

json_t *evidence_report_json(const EvidenceVerdict *verdict)
{
    if (!verdict->is_judged)
        return json_null();
    json_t *object = json_object();
    json_put(object, "policy", json_cstr(evidence_need_word(verdict->need)));
    json_put(object, "stands", json_boolean(verdict->stands));
    json_put(object, "evidence", evidence_json(verdict));
    json_put(object, "differences",
             json_words(verdict->differences.items, verdict->differences.len));
    return object;
}
