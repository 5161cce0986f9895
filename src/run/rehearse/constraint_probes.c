#include "run/rehearse/constraint_probes.h"

#include "base/text.h"
#include "catalog/model.h"
#include "queries.h"
#include "run/rehearse/probe_wrong.h"
#include "run/sample_facts.h"
#include "run/sample_rows.h"
#include "sql/parse.h"
#include "sql/quote.h"

#include <inttypes.h>

enum {
    ROWS = 8,       // made in each table
    SET_ASIDE = 12, // other constraints that refuse a wrong row first
    LIST_MAX = 16 << 20
};

static void verdict(const Probing *probing, ConstraintProbe *probe, ConstraintProbeVerdict verdict,
                    const char *detail)
{
    probe->verdict = verdict;
    probe->detail = detail ? arena_strdup(probing->arena, detail) : NULL;
}

// ---- one constraint

static bool is_its_refusal(const ProbedConstraint *constraint, const ProbeAnswer *answer)
{
    const SessionErrorNames *names = &answer->names;
    const char *name = constraint->kind == PROBED_NOT_NULL          ? names->column
                       : constraint->kind == PROBED_DOMAIN_NOT_NULL ? names->type
                                                                    : names->constraint;
    return !answer->was_taken && strcmp(answer->sqlstate, probed_sqlstate(constraint->kind)) == 0 &&
           words_have(&constraint->names, name);
}

static bool insert_wrong(const Probing *probing, const ProbeInsert *wrong, ProbeAnswer *ret_answer,
                         Err *err)
{
    for (int i = 0; i <= SET_ASIDE; i++) {
        bool is_aside = false;
        if (!probe_insert(probing, wrong, ret_answer, err))
            return false;
        if (ret_answer->was_taken || is_its_refusal(wrong->constraint, ret_answer))
            return true;
        if (!probe_set_aside(probing, wrong->constraint, ret_answer, &is_aside, err))
            return false;
        if (!is_aside)
            return true;
    }
    return true;
}

static const char *what_is_wrong(const Probing *probing, const ProbeInsert *wrong)
{
    const ProbedConstraint *constraint = wrong->constraint;
    switch (constraint->kind) {
    case PROBED_NOT_NULL:
        return "NULL";
    case PROBED_UNIQUE:
    case PROBED_PRIMARY:
        return "a row that is there already";
    case PROBED_FOREIGN:
        return wrong->forerunner ? "a row that refers to nothing" : "a row whose key is half NULL";
    case PROBED_EXCLUSION:
        return "a row that another one excludes";
    case PROBED_CHECK:
    case PROBED_DOMAIN_CHECK:
    case PROBED_DOMAIN_NOT_NULL:
        break;
    }
    return arena_printf(probing->arena, "a row that it calls wrong, %s", wrong->other);
}

// Of rows that were there before nothing is said by a new one's refusal.
static void judge_holding(const Probing *probing, const ProbedConstraint *constraint,
                          ConstraintProbe *probe)
{
    bool is_index = constraint->kind == PROBED_UNIQUE || constraint->kind == PROBED_PRIMARY ||
                    constraint->kind == PROBED_EXCLUSION;
    if (constraint->is_valid)
        verdict(probing, probe, CONSTRAINT_HOLDS, NULL);
    else if (is_index)
        verdict(probing, probe, CONSTRAINT_BROKEN,
                "its index is invalid: rows that are there may be against it");
    else
        verdict(probing, probe, CONSTRAINT_HOLDS,
                "for new rows; it is NOT VALID: those that were there are not checked");
}

static void judge_wrong(const Probing *probing, const ProbeInsert *wrong, const ProbeAnswer *answer,
                        ConstraintProbe *probe)
{
    if (is_its_refusal(wrong->constraint, answer))
        judge_holding(probing, wrong->constraint, probe);
    else if (answer->was_taken)
        verdict(probing, probe, CONSTRAINT_BROKEN,
                arena_printf(probing->arena, "%s was taken", what_is_wrong(probing, wrong)));
    else
        verdict(probing, probe, CONSTRAINT_NOT_PROBED,
                arena_printf(probing->arena, "%s is refused before it comes to that: %s",
                             what_is_wrong(probing, wrong), answer->message));
}

// The first of `rows` that is taken goes to the front; false in `ret_is_good`: none is.
static bool insert_good(const Probing *probing, const ProbedConstraint *constraint, ProbeRows *rows,
                        ProbeAnswer *ret_answer, Err *err)
{
    VEC_EACH (ProbeRow, row, rows) {
        ProbeInsert good = {.constraint = constraint, .row = row};
        if (!probe_insert(probing, &good, ret_answer, err))
            return false;
        if (!ret_answer->was_taken)
            continue;
        ProbeRow first = rows->items[0];
        rows->items[0] = *row;
        *row = first;
        return true;
    }
    return true;
}

static void judge_good(const Probing *probing, const ProbedConstraint *constraint,
                       const ProbeAnswer *answer, ConstraintProbe *probe)
{
    bool is_its_own = is_its_refusal(constraint, answer);
    verdict(probing, probe, is_its_own ? CONSTRAINT_BROKEN : CONSTRAINT_NOT_PROBED,
            arena_printf(probing->arena, "%s: %s",
                         is_its_own ? "a row that is right is refused"
                                    : "no row is known that its table takes",
                         answer->message));
}

// Of MATCH FULL: NULL in some columns of the key alone.
static bool probe_half_key(const Probing *probing, const ProbedConstraint *key,
                           const ProbeRows *rows, ConstraintProbe *probe, Err *err)
{
    Words half = {0};
    ProbeAnswer answer;
    VEC_EACH (const char *const, name, &key->columns) {
        const SampleColumn *column = sample_column(probe_table(probing, key->relation), *name);
        if (!half.len && column && !column->is_not_null && !column->generated)
            *vec_append(probing->arena, &half) = *name;
    }
    if (!key->is_full || key->columns.len < 2 || !half.len)
        return true;
    ProbeInsert wrong = {.constraint = key, .row = &rows->items[0], .changed = &half};
    if (!insert_wrong(probing, &wrong, &answer, err))
        return false;
    judge_wrong(probing, &wrong, &answer, probe);
    return true;
}

static bool has_null(const char *expression)
{
    ARENA_SCOPED scratch = arena_new();
    ParsedStatements statements = {0};
    Err ignored = {0};
    const char *sql = arena_printf(scratch, "SELECT %s", expression);
    if (!parse_script(scratch, str_from(sql), NULL, &statements, &ignored) || statements.len != 1)
        return false;
    NODE_WALK(node, statements.items[0].node)
    if (node_is(node, "A_Const") && node_flag(node, "isnull"))
        return true;
    return false;
}

static const char *always_true_reason(const ProbedConstraint *check)
{
    if (check->kind != PROBED_CHECK)
        return NULL;
    if (!check->columns.len)
        return "it looks at no column: every row is taken";
    return has_null(check->condition)
               ? "no row was found that it refuses: what is compared with NULL is NULL, and a "
                 "CHECK takes that"
               : NULL;
}

static bool probe_row(const Probing *probing, const ProbedConstraint *constraint,
                      ConstraintProbe *probe, Err *err)
{
    ProbeRows rows = {0};
    ProbeInsert wrong;
    ProbeAnswer answer;
    const char *reason = constraint->reason;
    if (!reason && !probe_good_rows(probing, constraint, &rows, &reason, err))
        return false;
    if (reason) {
        verdict(probing, probe, CONSTRAINT_NOT_PROBED, reason);
        return true;
    }
    if (!insert_good(probing, constraint, &rows, &answer, err))
        return false;
    if (!answer.was_taken) {
        judge_good(probing, constraint, &answer, probe);
        return true;
    }
    if (!probe_make_wrong(probing, constraint, &rows, &wrong, &reason, err))
        return false;
    if (reason) {
        const char *why = always_true_reason(constraint);
        verdict(probing, probe, why ? CONSTRAINT_BROKEN : CONSTRAINT_NOT_PROBED,
                why ? why : reason);
        return true;
    }
    if (!insert_wrong(probing, &wrong, &answer, err))
        return false;
    judge_wrong(probing, &wrong, &answer, probe);
    return probe->verdict != CONSTRAINT_HOLDS || constraint->kind != PROBED_FOREIGN ||
           probe_half_key(probing, constraint, &rows, probe, err);
}

// ---- a domain: what a column of it takes, its values are cast to

static bool cast(const Probing *probing, const ProbedConstraint *domain, const char *text,
                 ProbeAnswer *ret_answer, Err *err)
{
    Rows ignored;
    const char *sql =
        arena_printf(probing->arena, "SELECT %s::%s",
                     text ? quote_literal(probing->arena, text) : "NULL", domain->table);
    return probe_ask(probing, sql, &ignored, ret_answer, err);
}

static bool probe_domain(const Probing *probing, const ProbedConstraint *domain,
                         ConstraintProbe *probe, Err *err)
{
    const char *good = NULL;
    const char *wrong = NULL;
    const char *reason = NULL;
    ProbeAnswer answer;
    if (!probe_domain_value(probing, domain, false, &good, &reason, err) ||
        (domain->kind == PROBED_DOMAIN_CHECK && !reason &&
         !probe_domain_value(probing, domain, true, &wrong, &reason, err)))
        return false;
    if (reason) {
        verdict(probing, probe, CONSTRAINT_NOT_PROBED, reason);
        return true;
    }
    if (!cast(probing, domain, good, &answer, err))
        return false;
    if (!answer.was_taken) {
        judge_good(probing, domain, &answer, probe);
        return true;
    }
    if (!cast(probing, domain, wrong, &answer, err))
        return false;
    ProbeInsert tried = {.constraint = domain, .other = wrong ? wrong : "NULL"};
    judge_wrong(probing, &tried, &answer, probe);
    return true;
}

// ---- all of them

static bool is_domain(const ProbedConstraint *constraint)
{
    return constraint->kind == PROBED_DOMAIN_CHECK || constraint->kind == PROBED_DOMAIN_NOT_NULL;
}

// What one probe sets aside must be there for the next.
static bool probe_one(const Probing *probing, const ProbedConstraint *constraint,
                      ConstraintProbe *probe, Err *err)
{
    *probe = (ConstraintProbe){
        .kind = probed_kind_word(constraint->kind),
        .table = constraint->table,
        .name = constraint->name,
    };
    return session_exec(probing->session, "SAVEPOINT migrate_safe_probe", err) &&
           (is_domain(constraint) ? probe_domain(probing, constraint, probe, err)
                                  : probe_row(probing, constraint, probe, err)) &&
           session_exec(probing->session,
                        "ROLLBACK TO SAVEPOINT migrate_safe_probe; "
                        "RELEASE SAVEPOINT migrate_safe_probe",
                        err);
}

// ---- rows

static bool is_among(const bool *wanted, const SampleFacts *facts, int64_t oid)
{
    for (size_t i = 0; i < facts->tables.len; i++)
        if (facts->tables.items[i].oid == oid)
            return wanted[i];
    return false;
}

static bool want(bool *wanted, const SampleFacts *facts, int64_t oid)
{
    for (size_t i = 0; i < facts->tables.len; i++) {
        if (facts->tables.items[i].oid != oid || wanted[i])
            continue;
        wanted[i] = true;
        return true;
    }
    return false;
}

// Tables that are probed, what their rows refer to, and the partitions and parents of those.
static bool *wanted_tables(const Probing *probing, const ProbedConstraints *constraints)
{
    const SampleFacts *facts = &probing->facts;
    bool *wanted = arena_alloc_array(probing->arena, facts->tables.len + 1, sizeof *wanted);
    VEC_EACH (const ProbedConstraint, constraint, constraints)
        if (!is_domain(constraint) && !constraint->reason)
            want(wanted, facts, constraint->relation);
    for (bool has_grown = true; has_grown;) {
        has_grown = false;
        for (size_t i = 0; i < facts->tables.len; i++) {
            const SampleTable *table = &facts->tables.items[i];
            VEC_EACH (const int64_t, ancestor, &table->ancestors) {
                if (is_among(wanted, facts, *ancestor))
                    has_grown |= want(wanted, facts, table->oid);
                if (wanted[i])
                    has_grown |= want(wanted, facts, *ancestor);
            }
            if (wanted[i])
                VEC_EACH (const SampleKey, key, &table->keys)
                    has_grown |= want(wanted, facts, key->referenced);
        }
    }
    return wanted;
}

// What the server refuses stays loud: an event trigger may be for replicas, too.
static bool run_each(const Probing *probing, const Rows *statements, Err *err)
{
    ProbeAnswer ignored;
    for (size_t row = 0; row < statements->count; row++)
        if (!probe_try(probing, rows_text(statements, row, 0), &ignored, err))
            return false;
    return true;
}

static bool silence(const Probing *probing, const bool *wanted, Err *err)
{
    Rows statements;
    TEXT_SCOPED list;
    text_init(&list, LIST_MAX);
    for (size_t i = 0; i < probing->facts.tables.len; i++)
        if (wanted[i])
            text_printf(&list, "%s%" PRId64, list.len ? ", " : "[",
                        probing->facts.tables.items[i].oid);
    text_printf(&list, "%s]", list.len ? "" : "[");
    const char *parameter = text_cstr(&list);
    return session_query(probing->session, probing->arena, QUERY_REHEARSE_QUIET.text, 1, &parameter,
                         &statements, err) &&
           run_each(probing, &statements, err);
}

static bool make_rows(Probing *probing, const bool *wanted, Err *err)
{
    Words tables = {0};
    SampleRowsResult result = {0};
    for (size_t i = 0; i < probing->facts.tables.len; i++)
        if (wanted[i])
            *vec_append(probing->arena, &tables) = probing->facts.tables.items[i].qualified;
    SampleRowsOptions options = {.rows = ROWS, .adds = true, .tables = &tables};
    if (tables.len &&
        !sample_rows_fill(probing->arena, probing->session, "", &options, &result, err))
        return false;
    probing->without = result.without;
    return true;
}

static bool probe_all(Probing *probing, const ProbedConstraints *constraints,
                      const char *search_path, ConstraintProbes *ret_probes, Err *err)
{
    Rows ignored;
    const char *parameters[] = {search_path};
    const bool *wanted = wanted_tables(probing, constraints);
    if (!silence(probing, wanted, err) ||
        // functions of the user's may need their own
        !session_query(probing->session, probing->arena,
                       "SELECT pg_catalog.set_config('search_path', $1, true)", 1, parameters,
                       &ignored, err) ||
        !make_rows(probing, wanted, err))
        return false;
    VEC_EACH (const ProbedConstraint, constraint, constraints)
        if (!probe_one(probing, constraint, vec_append(probing->arena, ret_probes), err))
            return false;
    return true;
}

static bool run(Probing *probing, const Snapshot *before, const Snapshot *after,
                ConstraintProbes *ret_probes, Err *err)
{
    ProbedConstraints constraints = {0};
    Rows path;
    return session_exec(probing->session,
                        "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; "
                        "SET LOCAL session_replication_role = replica; "
                        "SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL jit = off",
                        err) &&
           session_query(probing->session, probing->arena,
                         "SELECT pg_catalog.current_setting('search_path')", 0, NULL, &path, err) &&
           session_exec(probing->session, "SET LOCAL search_path = ''", err) &&
           probed_read(probing->arena, probing->session, before, after, &constraints, err) &&
           (constraints.len == 0 ||
            (sample_facts_read(probing->arena, probing->session, "", NULL, &probing->facts, err) &&
             probe_all(probing, &constraints, rows_text(&path, 0, 0), ret_probes, err)));
}

bool constraint_probes_run(Arena *arena, Session *session, const Snapshot *before,
                           const Snapshot *after, ConstraintProbes *ret_probes, Err *err)
{
    Probing probing = {.arena = arena, .session = session};
    ConstraintProbes probes = {0};
    bool ok = run(&probing, before, after, &probes, err);
    session_rollback(session);
    if (!ok)
        return err_note(err, "probing constraints");
    *ret_probes = probes;
    return true;
}
