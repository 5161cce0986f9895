// What is wrong by the catalogue alone: each query gives kind, verdict, object, value and fix.
#include "queries.h"
#include "run/integrity/integrity_private.h"

enum {
    FACT_KIND,
    FACT_VERDICT,
    FACT_OBJECT,
    FACT_VALUE,
    FACT_FIX,
};

typedef struct FactQuery {
    const Query *query;
    IntegritySet kinds;      // that it tells of
    bool is_of_the_database; // and not of single tables
} FactQuery;

static const FactQuery FACTS[] = {
    {&QUERY_INTEGRITY_REFERENCES,
     INTEGRITY_BIT(INTEGRITY_REFERENCE_INDEX) | INTEGRITY_BIT(INTEGRITY_REFERENCE_TYPES), false},
    {&QUERY_INTEGRITY_INDEXES,
     INTEGRITY_BIT(INTEGRITY_INDEX_VALID) | INTEGRITY_BIT(INTEGRITY_INDEX_LEFTOVERS) |
         INTEGRITY_BIT(INTEGRITY_INDEX_DUPLICATE) | INTEGRITY_BIT(INTEGRITY_INDEX_REDUNDANT),
     false},
    {&QUERY_INTEGRITY_UNVALIDATED, INTEGRITY_BIT(INTEGRITY_VALIDATED), false},
    {&QUERY_INTEGRITY_TRIGGERS, INTEGRITY_BIT(INTEGRITY_TRIGGERS), false},
    {&QUERY_INTEGRITY_POLICIES, INTEGRITY_BIT(INTEGRITY_POLICIES), false},
    {&QUERY_INTEGRITY_SERVER,
     INTEGRITY_BIT(INTEGRITY_COLLATIONS) | INTEGRITY_BIT(INTEGRITY_XID_AGE), true},
};

static Verdict verdict_of(const char *word)
{
    return strcmp(word, verdict_word(VERDICT_FAIL)) == 0 ? VERDICT_FAIL : VERDICT_WARN;
}

static void pass(Examination *examination, const FactQuery *facts, IntegritySet found)
{
    for (int id = 0; id < INTEGRITY_COUNT; id++) {
        if (!(facts->kinds & INTEGRITY_BIT(id)) || (found & INTEGRITY_BIT(id)) ||
            !integrity_wants(examination, (IntegrityId)id) ||
            examination->options->wants_findings_only)
            continue;
        check_list_add(examination->arena, examination->checks, &INTEGRITY_KINDS[id], VERDICT_PASS,
                       NULL, "%s",
                       integrity_counted(examination->arena, (IntegrityId)id,
                                         facts->is_of_the_database ? 1 : examination->looked_at));
    }
}

static void add(Examination *examination, const Rows *rows, IntegritySet *found)
{
    Arena *arena = examination->arena;
    for (size_t row = 0; row < rows->count; row++) {
        IntegrityId id = integrity_find(str_from(rows_text(rows, row, FACT_KIND)));
        REQUIRE(id != INTEGRITY_COUNT);
        *found |= INTEGRITY_BIT(id);
        if (integrity_wants(examination, id))
            check_list_add(arena, examination->checks, &INTEGRITY_KINDS[id],
                           verdict_of(rows_text(rows, row, FACT_VERDICT)),
                           rows_text(rows, row, FACT_FIX), "%s: %s",
                           rows_text(rows, row, FACT_OBJECT), rows_text(rows, row, FACT_VALUE));
    }
}

static bool run(Examination *examination, const FactQuery *facts, Err *err)
{
    IntegritySet found = 0;
    Rows rows;
    bool has_answer = session_query(examination->session, examination->arena, facts->query->text,
                                    !facts->is_of_the_database, &examination->all, &rows, err);
    if (!has_answer && err->class != ERR_SERVER)
        return false;
    if (has_answer) {
        add(examination, &rows, &found);
        pass(examination, facts, found);
        return true;
    }
    for (int id = 0; id < INTEGRITY_COUNT; id++)
        if ((facts->kinds & INTEGRITY_BIT(id)) && integrity_wants(examination, (IntegrityId)id))
            check_list_add(examination->arena, examination->checks, &INTEGRITY_KINDS[id],
                           VERDICT_UNKNOWN, "migrate-safe verify once more", "%s", err->message);
    *err = (Err){0};
    return integrity_go_back(examination, err);
}

bool integrity_read_facts(Examination *examination, Err *err)
{
    for (size_t i = 0; i < sizeof FACTS / sizeof *FACTS; i++) {
        const FactQuery *facts = &FACTS[i];
        bool is_wanted = examination->kinds & facts->kinds;
        if (is_wanted && !(facts->is_of_the_database && examination->options->tables) &&
            !run(examination, facts, err))
            return false;
    }
    return true;
}
