#include "check/rules/verdict.h"

#include <string.h>

bool verdict_nobody_waits(const Judged *judged, const Relation *relation)
{
    if (!relation)
        return false;
    if (relation->is_temporary || relation_is_new_in(relation, judged->transaction->number))
        return true;
    return !judged->transaction->is_explicit && relation->made.transaction &&
           relation->made.file == judged->file->number && !relation->is_only_altered &&
           !relation->filled.transaction;
}

bool verdict_is_unseen(const Judged *judged, const Node *range)
{
    return verdict_nobody_waits(judged, judged_relation(judged, range));
}

bool verdict_is_not_null(const Relation *relation, const char *name)
{
    const Column *column = relation_column(relation, name);
    if (column && column->is_not_null)
        return true;
    VEC_EACH (const Constraint, constraint, &relation->constraints)
        if (constraint->is_valid && constraint->is_enforced &&
            words_have(&constraint->not_null, name))
            return true;
    return false;
}

bool verdict_is_whole(const Relation *relation)
{
    return relation && !relation->is_only_altered;
}

bool verdict_is_in_block(const Judged *judged)
{
    return judged->transaction->is_block || judged->is_in_body;
}

bool verdict_is_only(const Node *range)
{
    return !node_flag(range, "inh");
}

void verdict_grade(Finding *finding, Severity severity)
{
    if (finding->rule && finding->severity == finding->rule->severity)
        finding->severity = severity;
}

void verdict_grade_at_most(Finding *finding, Severity most)
{
    if (finding->rule && finding->rule->severity > most)
        verdict_grade(finding, most);
}
