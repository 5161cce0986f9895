#include "io/json_field_table.h"
#include "migration/order.h"
#include "run/rehearse/evidence.h"

static const char SCHEMA_NAME[] = "migrate-safe/rehearsal/";
static const char SCHEMA[] = "migrate-safe/rehearsal/1";

static const char HINT[] = "it was changed, or is of another program; make another one: "
                           "migrate-safe rehearse";

// ---- words

static const char *place_word(TracePlace place)
{
    static const char *const WORDS[] = {
        [TRACE_IN_TRANSACTION] = "transaction",
        [TRACE_COMMIT] = "commit",
        [TRACE_OUTSIDE] = "outside",
    };
    return WORDS[place];
}

WORD(copy_words, RehearsalCopyKind, REHEARSAL_FROM_EMPTY, rehearsal_copy_word)
WORD(problem_words, RehearsalProblem, REHEARSAL_PROBLEMS - 1, rehearsal_problem_word)
WORD(probe_words, ConstraintProbeVerdict, CONSTRAINT_NOT_PROBED, constraint_probe_word)
WORD(kind_words, MigrationKind, MIGRATION_BASELINE, migration_kind_word)
WORD(back_words, RoundTripVerdict, ROUND_TRIP_LOSES, round_trip_word)
WORD(lock_words, LockMode, LOCK_ACCESS_EXCLUSIVE, lock_mode_name)
WORD(place_words, TracePlace, TRACE_OUTSIDE, place_word)

// ---- members

#define OF Position
static const JsonField POSITION[] = {
    {"line", JSON_FIELD_INT, AT(line)},
    {"column", JSON_FIELD_INT, AT(column)},
    LAST,
};
#undef OF

#define OF TraceSpan
static const JsonField SPAN[] = {
    {"from_us", JSON_FIELD_NUMBER, AT(from_us)},
    {"to_us", JSON_FIELD_NUMBER, AT(to_us)},
    LAST,
};
#undef OF

#define OF TraceRelation
static const JsonField RELATION[] = {
    {"oid", JSON_FIELD_UNSIGNED, AT(oid)},
    {"name", JSON_FIELD_TEXT, AT(name)},
    {"owner", JSON_FIELD_TEXT_OR_NULL, AT(owner)},
    {"kind", JSON_FIELD_CHARACTER, AT(kind)},
    {"locks", JSON_FIELD_WORD_SET, ONE_OF(locked, lock_words)},
    {"is_created", JSON_FIELD_FLAG, AT(is_created)},
    {"is_dropped", JSON_FIELD_FLAG, AT(is_dropped)},
    {"is_rewritten", JSON_FIELD_FLAG, AT(is_rewritten)},
    {"is_index_valid", JSON_FIELD_FLAG, AT(is_index_valid)},
    {"unvalidated", JSON_FIELD_TEXT_OR_NULL, AT(unvalidated)},
    {"scans", JSON_FIELD_NUMBER_OR_NULL, AT(scans)},
    {"tuples_read", JSON_FIELD_NUMBER_OR_NULL, AT(tuples_read)},
    {"inserted", JSON_FIELD_NUMBER_OR_NULL, AT(inserted)},
    {"updated", JSON_FIELD_NUMBER_OR_NULL, AT(updated)},
    {"deleted", JSON_FIELD_NUMBER_OR_NULL, AT(deleted)},
    {"before_bytes", JSON_FIELD_NUMBER_OR_NULL, AT(bytes_before)},
    {"after_bytes", JSON_FIELD_NUMBER_OR_NULL, AT(bytes_after)},
    {"reads_blocked_us", JSON_FIELD_NUMBER_OR_NULL, AT(reads_blocked_us)},
    {"writes_blocked_us", JSON_FIELD_NUMBER_OR_NULL, AT(writes_blocked_us)},
    LAST,
};
#undef OF

#define OF TracePhase
static const JsonField PHASE[] = {
    {"command", JSON_FIELD_TEXT, AT(command)},
    {"phase", JSON_FIELD_TEXT, AT(phase)},
    {"seen", JSON_FIELD_OBJECT, INSIDE(seen, SPAN)},
    LAST,
};
#undef OF

#define OF TraceNotice
static const JsonField NOTICE[] = {
    {"severity", JSON_FIELD_TEXT, AT(severity)},
    {"message", JSON_FIELD_TEXT, AT(message)},
    LAST,
};
#undef OF

#define OF TraceStatement
static const JsonField STATEMENT[] = {
    {"place", JSON_FIELD_WORD, ONE_OF(place, place_words)},
    {"transaction", JSON_FIELD_INT, AT(transaction)},
    {"ordinal", JSON_FIELD_INT, AT(ordinal)},
    {"position", JSON_FIELD_OBJECT, INSIDE(position, POSITION)},
    {"label", JSON_FIELD_TEXT, AT(label)},
    {"text", JSON_FIELD_TEXT_OR_NULL, AT(text)},
    {"ran", JSON_FIELD_OBJECT, INSIDE(ran, SPAN)},
    {"waited_us", JSON_FIELD_NUMBER_OR_NULL, AT(waited_us)},
    {"rows", JSON_FIELD_NUMBER_OR_NULL, AT(rows)},
    {"wal_bytes", JSON_FIELD_NUMBER_OR_NULL, AT(wal_bytes)},
    {"temp_bytes", JSON_FIELD_NUMBER_OR_NULL, AT(temp_bytes)},
    {"before_bytes", JSON_FIELD_NUMBER_OR_NULL, AT(size_before)},
    {"peak_bytes", JSON_FIELD_NUMBER_OR_NULL, AT(size_peak)},
    {"after_bytes", JSON_FIELD_NUMBER_OR_NULL, AT(size_after)},
    {"relations", JSON_FIELD_LIST, LIST(relations, RELATION, TraceRelation)},
    {"phases", JSON_FIELD_LIST, LIST(phases, PHASE, TracePhase)},
    {"notices", JSON_FIELD_LIST, LIST(notices, NOTICE, TraceNotice)},
    {"has_failed", JSON_FIELD_FLAG, AT(has_failed)},
    {"sqlstate", JSON_FIELD_SQLSTATE, AT(sqlstate)},
    LAST,
};
#undef OF

#define OF Trace
static const JsonField TRACE[] = {
    {"statements", JSON_FIELD_LIST, LIST(statements, STATEMENT, TraceStatement)},
    {"transactions", JSON_FIELD_INT, AT(transactions)},
    {"unprobed", JSON_FIELD_INT, AT(unprobed)},
    LAST,
};
#undef OF

#define OF RehearsalEstimate
static const JsonField ESTIMATE[] = {
    {"low_ms", JSON_FIELD_NUMBER_OR_NULL, AT(low_ms)},
    {"high_ms", JSON_FIELD_NUMBER_OR_NULL, AT(high_ms)},
    {"basis", JSON_FIELD_TEXT_OR_NULL, AT(basis)},
    LAST,
};
#undef OF

#define OF LoadMeasure
static const JsonField MEASURE[] = {
    {"transactions", JSON_FIELD_NUMBER, AT(transactions)},
    {"errors", JSON_FIELD_NUMBER, AT(errors)},
    {"p50_us", JSON_FIELD_NUMBER_OR_NULL, AT(p50_us)},
    {"p95_us", JSON_FIELD_NUMBER_OR_NULL, AT(p95_us)},
    {"max_us", JSON_FIELD_NUMBER_OR_NULL, AT(max_us)},
    LAST,
};
#undef OF

#define OF RehearsalLoad
static const JsonField LOAD[] = {
    {"files", JSON_FIELD_NUMBER, AT(files)},
    {"sessions", JSON_FIELD_NUMBER, AT(sessions)},
    {"rate", JSON_FIELD_NUMBER, AT(rate)},
    {"before", JSON_FIELD_OBJECT, INSIDE(before, MEASURE)},
    {"during", JSON_FIELD_OBJECT, INSIDE(during, MEASURE)},
    {"error", JSON_FIELD_TEXT_OR_NULL, AT(error)},
    LAST,
};
#undef OF

#define OF RehearsedWay
static const JsonField WAY[] = {
    {"was_run", JSON_FIELD_FLAG, AT(was_run)},
    {"has_failed", JSON_FIELD_FLAG, AT(has_failed)},
    {"duration_ms", JSON_FIELD_NUMBER_OR_NULL, AT(ms)},
    {"estimate", JSON_FIELD_OBJECT, INSIDE(estimate, ESTIMATE)},
    {"trace", JSON_FIELD_OBJECT, INSIDE(trace, TRACE)},
    {"load", JSON_FIELD_OBJECT, INSIDE(load, LOAD)},
    LAST,
};
#undef OF

#define OF ConstraintProbe
static const JsonField PROBE[] = {
    {"kind", JSON_FIELD_TEXT, AT(kind)},
    {"table", JSON_FIELD_TEXT, AT(table)},
    {"name", JSON_FIELD_TEXT, AT(name)},
    {"verdict", JSON_FIELD_WORD, ONE_OF(verdict, probe_words)},
    {"detail", JSON_FIELD_TEXT_OR_NULL, AT(detail)},
    LAST,
};
#undef OF

#define OF RehearsalFinding
static const JsonField FINDING[] = {
    {"problem", JSON_FIELD_WORD, ONE_OF(problem, problem_words)},
    {"message", JSON_FIELD_TEXT, AT(message)},
    {"file", JSON_FIELD_TEXT_OR_NULL, AT(file)},
    {"position", JSON_FIELD_OBJECT, INSIDE(position, POSITION)},
    {"sqlstate", JSON_FIELD_TEXT_OR_NULL, AT(sqlstate)},
    {"detail", JSON_FIELD_TEXT_OR_NULL, AT(detail)},
    LAST,
};
#undef OF

#define OF RehearsedMigration
static const JsonField MIGRATION[] = {
    {"version", JSON_FIELD_TEXT, AT(version)},
    {"name", JSON_FIELD_TEXT, AT(name)},
    {"kind", JSON_FIELD_WORD, ONE_OF(kind, kind_words)},
    {"file", JSON_FIELD_TEXT, AT(file)},
    {"down_file", JSON_FIELD_TEXT_OR_NULL, AT(down_file)},
    {"up_checksum", JSON_FIELD_DIGEST, AT(up_checksum)},
    {"down_checksum", JSON_FIELD_DIGEST_OR_NULL, AT(down_checksum)},
    {"irreversible", JSON_FIELD_TEXT_OR_NULL, AT(irreversible)},
    {"is_idempotent", JSON_FIELD_FLAG, AT(is_idempotent)},
    {"fingerprint_before", JSON_FIELD_DIGEST_OR_NULL, AT(fingerprint_before)},
    {"fingerprint_after", JSON_FIELD_DIGEST_OR_NULL, AT(fingerprint_after)},
    {"risk", JSON_FIELD_TEXT_OR_NULL, AT(risk)},
    {"header_ms", JSON_FIELD_NUMBER, AT(header_ms)},
    {"up", JSON_FIELD_OBJECT, INSIDE(up, WAY)},
    {"down", JSON_FIELD_OBJECT, INSIDE(down, WAY)},
    {"again_ms", JSON_FIELD_NUMBER_OR_NULL, AT(again_ms)},
    {"changes", JSON_FIELD_WORDS, AT(changes)},
    {"back", JSON_FIELD_WORD, ONE_OF(back, back_words)},
    {"left", JSON_FIELD_WORDS, AT(left)},
    {"verified", JSON_FIELD_INT, AT(verified)},
    {"constraints", JSON_FIELD_LIST, LIST(probes, PROBE, ConstraintProbe)},
    {"recovered", JSON_FIELD_INT, AT(recovered)},
    {"findings", JSON_FIELD_LIST, LIST(findings, FINDING, RehearsalFinding)},
    LAST,
};
#undef OF

#define OF RehearsalCopy
static const JsonField COPY[] = {
    {"kind", JSON_FIELD_WORD, ONE_OF(kind, copy_words)},
    {"why", JSON_FIELD_TEXT, AT(why)},
    {"backup_id", JSON_FIELD_TEXT_OR_NULL, AT(backup_id)},
    {"server", JSON_FIELD_TEXT, AT(server)},
    {"place", JSON_FIELD_TEXT, AT(place)},
    {"role", JSON_FIELD_TEXT, AT(role)},
    {"is_superuser", JSON_FIELD_FLAG, AT(is_superuser)},
    {"size_bytes", JSON_FIELD_NUMBER_OR_NULL, AT(bytes)},
    {"tables", JSON_FIELD_NUMBER_OR_NULL, AT(tables)},
    {"rows", JSON_FIELD_NUMBER_OR_NULL, AT(rows)},
    {"made_ms", JSON_FIELD_NUMBER_OR_NULL, AT(made_ms)},
    {"limits", JSON_FIELD_WORDS, AT(limits)},
    LAST,
};
#undef OF

#define OF RehearsalLimits
static const JsonField LIMITS[] = {
    {"migration_ms", JSON_FIELD_NUMBER, AT(migration_ms)},
    {"blocked_ms", JSON_FIELD_NUMBER, AT(blocked_ms)},
    LAST,
};
#undef OF

#define OF RehearsalQueries
static const JsonField QUERIES[] = {
    {"files", JSON_FIELD_NUMBER, AT(files)},
    {"statements", JSON_FIELD_NUMBER, AT(statements)},
    {"unprepared", JSON_FIELD_NUMBER, AT(unprepared)},
    {"without", JSON_FIELD_TEXT_OR_NULL, AT(without)},
    LAST,
};
#undef OF

#define OF Rehearsal
static const JsonField REHEARSAL[] = {
    {"run_id", JSON_FIELD_TEXT, AT(run_id)},
    {"made_at", JSON_FIELD_TEXT, AT(made_at)},
    {"tool_version", JSON_FIELD_TEXT, AT(tool_version)},
    {"environment", JSON_FIELD_TEXT_OR_NULL, AT(environment)},
    {"database", JSON_FIELD_TEXT_OR_NULL, AT(database)},
    {"target_fingerprint", JSON_FIELD_DIGEST_OR_NULL, AT(target_fingerprint)},
    {"copy", JSON_FIELD_OBJECT, INSIDE(copy, COPY)},
    {"limits", JSON_FIELD_OBJECT, INSIDE(limits, LIMITS)},
    {"queries", JSON_FIELD_OBJECT, INSIDE(queries, QUERIES)},
    {"total_ms", JSON_FIELD_NUMBER, AT(total_ms)},
    {"server_wide", JSON_FIELD_WORDS, AT(server_wide)},
    {"findings", JSON_FIELD_LIST, LIST(findings, FINDING, RehearsalFinding)},
    {"migrations", JSON_FIELD_LIST, LIST(migrations, MIGRATION, RehearsedMigration)},
    LAST,
};
#undef OF

// ---- the document

// What follows from the findings is there for those who read JSON; it is not read back.
json_t *rehearsal_to_json(const Rehearsal *rehearsal)
{
    json_t *document = json_object();
    size_t failures = rehearsal_failures(rehearsal);
    json_put(document, "schema", json_cstr(SCHEMA));
    json_put(document, "verdict", json_cstr(failures ? "failed" : "passed"));
    json_put(document, "failures", json_integer((json_int_t)failures));
    json_put(document, "warnings", json_integer((json_int_t)rehearsal_warnings(rehearsal)));
    JSON_SCOPED members = json_fields_write(rehearsal, REHEARSAL);
    json_object_update(document, members);
    return document;
}

static bool check_schema(const json_t *document, const char *file, Err *err)
{
    const char *schema = json_string_value(json_object_get(document, "schema"));
    if (schema && strcmp(schema, SCHEMA) == 0)
        return true;
    if (!schema || !str_starts(str_from(schema), str_from(SCHEMA_NAME))) {
        fail(err, ERR_CHECK, "%s is no evidence of a rehearsal: its schema is not %s", file,
             SCHEMA);
        return err_hint(err, "%s", HINT);
    }
    fail(err, ERR_CHECK,
         "%s is of another version of migrate-safe: schema %s, and this one "
         "reads %s",
         file, schema + strlen(SCHEMA_NAME), SCHEMA + strlen(SCHEMA_NAME));
    return err_hint(err, "use the migrate-safe that made it, or rehearse again: migrate-safe "
                         "rehearse");
}

bool rehearsal_from_json(Arena *arena, const json_t *document, const char *file,
                         Rehearsal *ret_rehearsal, Err *err)
{
    Rehearsal rehearsal = {0};
    if (!check_schema(document, file, err) ||
        !json_fields_read(arena, document, REHEARSAL, file, HINT, &rehearsal, err))
        return false;
    *ret_rehearsal = rehearsal;
    return true;
}
