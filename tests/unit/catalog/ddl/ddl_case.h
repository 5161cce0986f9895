// What a kind's SQL is for an object's texts: made, dropped or changed.
// Refuses to know owners and privileges, which test_ddl.c has. Invariant: each case is compared
// whole, losses and refusals too.
#pragma once

#include "catalog/ddl/ddl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef struct DdlCase {
    const char *kind;
    const char *identity;
    const char *parent;
    const char *then; // NULL: it is made
    const char *now;  // NULL: it is dropped
    const char *sql;  // "statement;\n", "-- loses what\nstatement;\n", "by create", "refused: why"
    int major;        // 15
} DdlCase;

static inline const char *ddl_case_sql(Ddl *ddl)
{
    if (ddl->refusal)
        return arena_printf(ddl->arena, "refused: %s", ddl->refusal);
    const char *all = "";
    VEC_EACH (const DdlStatement, statement, &ddl->statements)
        all = arena_printf(
            ddl->arena, "%s%s%s%s%s%s;\n", all, statement->is_outside ? "-- outside\n" : "",
            statement->loss ? "-- loses " : "", statement->loss ? statement->loss : "",
            statement->loss ? "\n" : "", statement->sql);
    return all;
}

static inline const char *ddl_case_run(Ddl *ddl, const DdlCase *one)
{
    const DdlKind *kind = ddl_kind(one->kind);
    SnapshotObject then = {one->kind, one->identity, .parent = one->parent, .text = one->then};
    SnapshotObject now = {one->kind, one->identity, .parent = one->parent, .text = one->now};
    assert_non_null(kind);
    bool has_sql = true;
    DdlResult result = DDL_DONE;
    if (!one->then)
        has_sql = kind->create(ddl, &now);
    else if (!one->now)
        has_sql = kind->drop(ddl, &then);
    else
        result = kind->change ? kind->change(ddl, &then, &now) : DDL_BY_CREATE;
    if (result == DDL_BY_CREATE) {
        assert_int_equal(ddl->statements.len, 0);
        return "by create";
    }
    assert_int_equal(!has_sql || result == DDL_REFUSED, ddl->refusal != NULL);
    return ddl_case_sql(ddl);
}

static inline void ddl_cases_check(const DdlCase *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ARENA_SCOPED arena = arena_new();
        Ddl ddl = {.arena = arena, .server_major = cases[i].major ? cases[i].major : 15};
        assert_string_equal(ddl_case_run(&ddl, &cases[i]), cases[i].sql);
    }
}

#define DDL_CASES_CHECK(cases) ddl_cases_check((cases), sizeof(cases) / sizeof *(cases))
