// Rehearsals with every member filled, by a seed, and their comparison member by member.
#pragma once

#include "check/rehearsal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

// As PCG's smallest: the same values on every machine.
static uint64_t case_state;

static uint32_t any_below(uint32_t limit)
{
    case_state = case_state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(case_state >> 33) % limit;
}

static bool any_flag(void)
{
    return any_below(2);
}

static int64_t any_number(void)
{
    static const int64_t EDGES[] = {0, 1, INT32_MAX, (int64_t)1 << 53};
    return any_below(4) ? (int64_t)any_below(1000000000) : EDGES[any_below(4)];
}

static int64_t any_known(void)
{
    return any_below(4) ? any_number() : -1;
}

static int any_int(void)
{
    return (int)any_below(INT32_MAX);
}

static const char *any_text(Arena *arena)
{
    static const char *const PIECES[] = {"a", "\"", "\\", "\n", "\x01", "ä",   "語",
                                         "😀", "/",  "{",  "",   "null", "\x7f"};
    const char *text = "";
    for (uint32_t i = any_below(6); i; i--)
        text = arena_printf(arena, "%s%s", text, PIECES[any_below(13)]);
    return text;
}

static const char *any_text_or_null(Arena *arena)
{
    return any_flag() ? any_text(arena) : NULL;
}

static const char *any_digest(Arena *arena)
{
    char *hex = arena_alloc(arena, SHA256_HEX);
    for (int i = 0; i < SHA256_HEX - 1; i++)
        hex[i] = "0123456789abcdef"[any_below(16)];
    return hex;
}

static const char *any_digest_or_null(Arena *arena)
{
    return any_flag() ? any_digest(arena) : NULL;
}

static Words any_words(Arena *arena)
{
    Words words = {0};
    for (uint32_t i = any_below(3); i; i--)
        *vec_append(arena, &words) = any_text(arena);
    return words;
}

static TraceSpan any_span(void)
{
    return (TraceSpan){any_number(), any_number()};
}

static Position any_position(void)
{
    return (Position){any_int(), any_int()};
}

static TraceRelation any_relation(Arena *arena)
{
    return (TraceRelation){
        .oid = any_below(UINT32_MAX) | any_below(2) << 31,
        .name = any_text(arena),
        .owner = any_text_or_null(arena),
        .kind = "rimtS"[any_below(5)],
        .locked = any_below(256) << LOCK_ACCESS_SHARE,
        .is_created = any_flag(),
        .is_dropped = any_flag(),
        .is_rewritten = any_flag(),
        .is_index_valid = any_flag(),
        .unvalidated = any_text_or_null(arena),
        .scans = any_known(),
        .tuples_read = any_known(),
        .inserted = any_known(),
        .updated = any_known(),
        .deleted = any_known(),
        .bytes_before = any_known(),
        .bytes_after = any_known(),
        .reads_blocked_us = any_known(),
        .writes_blocked_us = any_known(),
    };
}

static TraceStatement any_statement(Arena *arena)
{
    TraceStatement statement = {
        .place = (TracePlace)any_below(3),
        .transaction = any_int(),
        .ordinal = any_int(),
        .position = any_position(),
        .label = any_text(arena),
        .text = any_text_or_null(arena),
        .ran = any_span(),
        .waited_us = any_known(),
        .rows = any_known(),
        .wal_bytes = any_known(),
        .temp_bytes = any_known(),
        .size_before = any_known(),
        .size_peak = any_known(),
        .size_after = any_known(),
        .has_failed = any_flag(),
    };
    for (uint32_t i = any_below(3); i; i--)
        *vec_append(arena, &statement.relations) = any_relation(arena);
    for (uint32_t i = any_below(3); i; i--)
        *vec_append(arena, &statement.phases) =
            (TracePhase){any_text(arena), any_text(arena), any_span()};
    for (uint32_t i = any_below(3); i; i--)
        *vec_append(arena, &statement.notices) = (TraceNotice){any_text(arena), any_text(arena)};
    if (any_flag())
        snprintf(statement.sqlstate, sizeof statement.sqlstate, "%05u", any_below(100000));
    return statement;
}

static LoadMeasure any_measure(void)
{
    return (LoadMeasure){any_number(), any_number(), any_known(), any_known(), any_known()};
}

static RehearsalLoad any_load(Arena *arena)
{
    return (RehearsalLoad){
        .files = any_number(),
        .sessions = any_number(),
        .rate = any_number(),
        .before = any_measure(),
        .during = any_measure(),
        .error = any_text_or_null(arena),
    };
}

static RehearsedWay any_way(Arena *arena)
{
    RehearsedWay way = {
        .was_run = any_flag(),
        .has_failed = any_flag(),
        .ms = any_known(),
        .trace = {.transactions = any_int(), .unprobed = any_int()},
        .estimate = {any_known(), any_known(), any_text_or_null(arena)},
        .load = any_load(arena),
    };
    for (uint32_t i = any_below(3); i; i--)
        *vec_append(arena, &way.trace.statements) = any_statement(arena);
    return way;
}

static RehearsalFindings any_findings(Arena *arena)
{
    RehearsalFindings findings = {0};
    for (uint32_t i = any_below(3); i; i--)
        *vec_append(arena, &findings) = (RehearsalFinding){
            .problem = (RehearsalProblem)any_below(REHEARSAL_PROBLEMS),
            .message = any_text(arena),
            .file = any_text_or_null(arena),
            .position = any_position(),
            .sqlstate = any_text_or_null(arena),
            .detail = any_text_or_null(arena),
        };
    return findings;
}

static RehearsedMigration any_migration(Arena *arena)
{
    RehearsedMigration migration = {
        .version = any_text(arena),
        .name = any_text(arena),
        .kind = (MigrationKind)any_below(3),
        .file = any_text(arena),
        .down_file = any_text_or_null(arena),
        .up_checksum = any_digest(arena),
        .down_checksum = any_digest_or_null(arena),
        .irreversible = any_text_or_null(arena),
        .is_idempotent = any_flag(),
        .fingerprint_before = any_digest_or_null(arena),
        .fingerprint_after = any_digest_or_null(arena),
        .risk = any_text_or_null(arena),
        .header_ms = any_number(),
        .up = any_way(arena),
        .down = any_way(arena),
        .again_ms = any_known(),
        .changes = any_words(arena),
        .back = (RoundTripVerdict)any_below(5),
        .left = any_words(arena),
        .verified = any_int(),
        .recovered = any_int(),
        .findings = any_findings(arena),
    };
    for (uint32_t i = any_below(3); i; i--)
        *vec_append(arena, &migration.probes) = (ConstraintProbe){
            .kind = any_text(arena),
            .table = any_text(arena),
            .name = any_text(arena),
            .verdict = (ConstraintProbeVerdict)any_below(3),
            .detail = any_text_or_null(arena),
        };
    return migration;
}

static Rehearsal any_rehearsal(Arena *arena, uint64_t seed)
{
    case_state = seed;
    Rehearsal rehearsal = {
        .run_id = any_text(arena),
        .made_at = any_text(arena),
        .tool_version = any_text(arena),
        .environment = any_text_or_null(arena),
        .database = any_text_or_null(arena),
        .target_fingerprint = any_digest_or_null(arena),
        .copy =
            {
                .kind = (RehearsalCopyKind)any_below(5),
                .why = any_text(arena),
                .backup_id = any_text_or_null(arena),
                .server = any_text(arena),
                .place = any_text(arena),
                .role = any_text(arena),
                .is_superuser = any_flag(),
                .bytes = any_known(),
                .tables = any_known(),
                .rows = any_known(),
                .made_ms = any_known(),
                .limits = any_words(arena),
            },
        .limits = {any_number(), any_number()},
        .queries = {any_number(), any_number(), any_number(), any_text_or_null(arena)},
        .server_wide = any_words(arena),
        .findings = any_findings(arena),
        .total_ms = any_number(),
    };
    for (uint32_t i = any_below(4); i; i--)
        *vec_append(arena, &rehearsal.migrations) = any_migration(arena);
    return rehearsal;
}

// ---- comparing

static void same_text(const char *one, const char *other)
{
    assert_int_equal(!one, !other);
    if (one)
        assert_string_equal(one, other);
}

#define SAME_TEXT(member) same_text(one->member, other->member)
#define SAME(member)      assert_true(one->member == other->member)
#define SAME_EACH(vec, compare)                                                                    \
    do {                                                                                           \
        assert_int_equal(one->vec.len, other->vec.len);                                            \
        for (size_t at = 0; at < one->vec.len; at++)                                               \
            compare(&one->vec.items[at], &other->vec.items[at]);                                   \
    } while (0)

static void same_word(const char *const *one, const char *const *other)
{
    assert_string_equal(*one, *other);
}

static void same_span(const TraceSpan *one, const TraceSpan *other)
{
    SAME(from_us);
    SAME(to_us);
}

static void same_position(const Position *one, const Position *other)
{
    SAME(line);
    SAME(column);
}

static void same_relation(const TraceRelation *one, const TraceRelation *other)
{
    SAME(oid);
    SAME_TEXT(name);
    SAME_TEXT(owner);
    SAME(kind);
    SAME(locked);
    SAME(is_created);
    SAME(is_dropped);
    SAME(is_rewritten);
    SAME(is_index_valid);
    SAME_TEXT(unvalidated);
    SAME(scans);
    SAME(tuples_read);
    SAME(inserted);
    SAME(updated);
    SAME(deleted);
    SAME(bytes_before);
    SAME(bytes_after);
    SAME(reads_blocked_us);
    SAME(writes_blocked_us);
}

static void same_phase(const TracePhase *one, const TracePhase *other)
{
    SAME_TEXT(command);
    SAME_TEXT(phase);
    same_span(&one->seen, &other->seen);
}

static void same_notice(const TraceNotice *one, const TraceNotice *other)
{
    SAME_TEXT(severity);
    SAME_TEXT(message);
}

static void same_statement(const TraceStatement *one, const TraceStatement *other)
{
    SAME(place);
    SAME(transaction);
    SAME(ordinal);
    same_position(&one->position, &other->position);
    SAME_TEXT(label);
    SAME_TEXT(text);
    same_span(&one->ran, &other->ran);
    SAME(waited_us);
    SAME(rows);
    SAME(wal_bytes);
    SAME(temp_bytes);
    SAME(size_before);
    SAME(size_peak);
    SAME(size_after);
    SAME_EACH(relations, same_relation);
    SAME_EACH(phases, same_phase);
    SAME_EACH(notices, same_notice);
    SAME(has_failed);
    SAME_TEXT(sqlstate);
}

static void same_measure(const LoadMeasure *one, const LoadMeasure *other)
{
    SAME(transactions);
    SAME(errors);
    SAME(p50_us);
    SAME(p95_us);
    SAME(max_us);
}

static void same_load(const RehearsalLoad *one, const RehearsalLoad *other)
{
    SAME(files);
    SAME(sessions);
    SAME(rate);
    same_measure(&one->before, &other->before);
    same_measure(&one->during, &other->during);
    SAME_TEXT(error);
}

static void same_way(const RehearsedWay *one, const RehearsedWay *other)
{
    SAME(was_run);
    SAME(has_failed);
    SAME(ms);
    SAME(trace.transactions);
    SAME(trace.unprobed);
    SAME_EACH(trace.statements, same_statement);
    SAME(estimate.low_ms);
    SAME(estimate.high_ms);
    SAME_TEXT(estimate.basis);
    same_load(&one->load, &other->load);
}

static void same_finding(const RehearsalFinding *one, const RehearsalFinding *other)
{
    SAME(problem);
    SAME_TEXT(message);
    SAME_TEXT(file);
    same_position(&one->position, &other->position);
    SAME_TEXT(sqlstate);
    SAME_TEXT(detail);
}

static void same_probe(const ConstraintProbe *one, const ConstraintProbe *other)
{
    SAME_TEXT(kind);
    SAME_TEXT(table);
    SAME_TEXT(name);
    SAME(verdict);
    SAME_TEXT(detail);
}

static void same_migration(const RehearsedMigration *one, const RehearsedMigration *other)
{
    SAME_TEXT(version);
    SAME_TEXT(name);
    SAME(kind);
    SAME_TEXT(file);
    SAME_TEXT(down_file);
    SAME_TEXT(up_checksum);
    SAME_TEXT(down_checksum);
    SAME_TEXT(irreversible);
    SAME(is_idempotent);
    SAME_TEXT(fingerprint_before);
    SAME_TEXT(fingerprint_after);
    SAME_TEXT(risk);
    SAME(header_ms);
    same_way(&one->up, &other->up);
    same_way(&one->down, &other->down);
    SAME(again_ms);
    SAME_EACH(changes, same_word);
    SAME(back);
    SAME_EACH(left, same_word);
    SAME(verified);
    SAME_EACH(probes, same_probe);
    SAME(recovered);
    SAME_EACH(findings, same_finding);
}

static void same_rehearsal(const Rehearsal *one, const Rehearsal *other)
{
    SAME_TEXT(run_id);
    SAME_TEXT(made_at);
    SAME_TEXT(tool_version);
    SAME_TEXT(environment);
    SAME_TEXT(database);
    SAME_TEXT(target_fingerprint);
    SAME(copy.kind);
    SAME_TEXT(copy.why);
    SAME_TEXT(copy.backup_id);
    SAME_TEXT(copy.server);
    SAME_TEXT(copy.place);
    SAME_TEXT(copy.role);
    SAME(copy.is_superuser);
    SAME(copy.bytes);
    SAME(copy.tables);
    SAME(copy.rows);
    SAME(copy.made_ms);
    SAME_EACH(copy.limits, same_word);
    SAME(limits.migration_ms);
    SAME(limits.blocked_ms);
    SAME(queries.files);
    SAME(queries.statements);
    SAME(queries.unprepared);
    SAME_TEXT(queries.without);
    SAME_EACH(migrations, same_migration);
    SAME_EACH(server_wide, same_word);
    SAME_EACH(findings, same_finding);
    SAME(total_ms);
}
