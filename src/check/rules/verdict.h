// Judgements that several rules share: can anybody wait for a table, is a column proven, how grave
// is one case of a rule.
// Refuses to report. Invariant: what the chain did not show is taken to be there and in use.
#pragma once

#include "check/rules/rule.h"

// Temporary, made in this transaction, or made in this file, not filled since and with no COMMIT of
// the user's between: whatever lock is taken on it, nobody waits. False when its CREATE was never
// seen.
bool verdict_nobody_waits(const Judged *judged, const Relation *relation);
// The same of a table as the statement names it.
bool verdict_is_unseen(const Judged *judged, const Node *range);
// Is the column known not to be null: by NOT NULL, or a validated CHECK?
bool verdict_is_not_null(const Relation *relation, const char *column);
// Was all of the table made in this chain, so that what is not in the model is not there?
bool verdict_is_whole(const Relation *relation);

// The statement shares a transaction with others, or stands in a body: CONCURRENTLY fails there.
bool verdict_is_in_block(const Judged *judged);
// The very words of ALTER TABLE ONLY.
bool verdict_is_only(const Node *range);

// Another grade than the rule's own, unless the configuration has one.
void verdict_grade(Finding *finding, Severity severity);
// No more than `most`, likewise.
void verdict_grade_at_most(Finding *finding, Severity most);
