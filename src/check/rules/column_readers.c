// Views that read a column.
#include "check/rules/column_subject.h"

#include <string.h>

static bool is_before(const Made *one, const Made *other)
{
    if (one->transaction != other->transaction)
        return one->transaction < other->transaction;
    if (one->file != other->file)
        return one->file < other->file;
    if (one->position.line != other->position.line)
        return one->position.line < other->position.line;
    return one->position.column < other->position.column;
}

static bool is_of(const Reads *reads, const Relation *relation)
{
    return reads->relation && strcmp(reads->relation, relation->name) == 0 &&
           (!reads->schema || !*reads->schema || strcmp(reads->schema, relation->schema) == 0);
}

// The star became the columns that were there when the view was made.
static bool needs(const Reads *reads, const Relation *view, const Column *column)
{
    if (reads->is_star)
        return is_before(&column->made, &view->made);
    return !reads->column || strcmp(reads->column, column->name) == 0;
}

static void add(Arena *arena, ColumnReaders *readers, const Relation *view, const Reads *reads)
{
    ColumnReader *known = NULL;
    VEC_EACH (ColumnReader, reader, readers)
        if (reader->view == view)
            known = reader;
    bool is_uncertain = !reads->is_star && !reads->column;
    if (!known) {
        known = vec_append(arena, readers);
        *known = (ColumnReader){.view = view, .is_uncertain = is_uncertain};
    }
    known->is_star |= reads->is_star;
    known->is_uncertain &= is_uncertain;
}

void column_readers(const ColumnSubject *subject, const Column *column, ColumnReaders *ret_readers)
{
    const Relation *relation = subject->relation;
    if (!relation)
        return;
    for (size_t i = 0; i < relation->referrers.len; i++) {
        const Relation *view = relation->referrers.items[i];
        if (view->kind != RELATION_VIEW && view->kind != RELATION_MATERIALIZED_VIEW)
            continue;
        VEC_EACH (const Reads, reads, &view->reads)
            if (is_of(reads, relation) && (!column || needs(reads, view, column)))
                add(subject->judged->scratch, ret_readers, view, reads);
    }
}
