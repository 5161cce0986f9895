// CREATE INDEX, said in another way: concurrently, or partition by partition.
// Refuses to judge. Invariant: what is proposed makes the same index, under the same name.
#pragma once

#include "check/judged.h"

// The name it has, or the one PostgreSQL would make up.
const char *index_form_name(const Judged *judged);
// Its columns; an expression counts as the name that PostgreSQL gives it, or "expr".
Words index_form_columns(Arena *arena, const Node *index);
// CREATE INDEX CONCURRENTLY, one statement.
const char *index_form_build(const Judged *judged);
// The same, for Finding.instead; `drops_first`: so that it can be repeated.
const char *index_form_concurrent(const Judged *judged, bool drops_first);
// ON ONLY the parent, CONCURRENTLY on each partition, ATTACH. For Finding.instead.
const char *index_form_partitioned(const Judged *judged, const Relation *parent);
