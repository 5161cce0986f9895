#include "check/risk.h"

#include <stdlib.h>

static const char *const LEVELS[] = {
    [RISK_LEVEL_LOW] = "low",
    [RISK_LEVEL_MEDIUM] = "medium",
    [RISK_LEVEL_HIGH] = "high",
};

const char *risk_level_word(RiskLevel level)
{
    return LEVELS[level];
}

bool risk_level_parse(const char *word, RiskLevel *ret_level)
{
    for (int i = 0; i < RISK_LEVELS; i++)
        if (strcmp(LEVELS[i], word) == 0) {
            *ret_level = (RiskLevel)i;
            return true;
        }
    return false;
}

// What each source says of a matter, as in RISK_MATTERS: -1, or a level.
enum {
    SAYS_NONE = -1,
    SAYS_LOW = RISK_LEVEL_LOW,
    SAYS_MEDIUM = RISK_LEVEL_MEDIUM,
    SAYS_HIGH = RISK_LEVEL_HIGH,
};

enum {
    SOURCES = 5
};

static const char *const SOURCE_NAMES[SOURCES] = {"Kairon", "nself-chat", "lock plan", "data loss",
                                                  "a large table"};

static const int SAID[][SOURCES] = {
#define X(name, kairon, nself, locks, loss, large)                                                 \
    [name] = {SAYS_##kairon, SAYS_##nself, SAYS_##locks, SAYS_##loss, SAYS_##large},
    RISK_MATTERS(X)
#undef X
};

static const TableSize *size_of(const TableSizes *sizes, const char *relation)
{
    return relation ? table_size_find(sizes, relation) : NULL;
}

static bool is_large(const TableSize *size)
{
    return size &&
           (size->rows >= RISK_LARGE_ROWS || (size->rows < 0 && size->bytes >= RISK_LARGE_BYTES));
}

// "Kairon and nself-chat": those who say the highest.
static const char *sources_of(Arena *arena, const int *said, int level, bool is_large_table)
{
    const char *text = "";
    for (int i = 0; i < SOURCES - !is_large_table; i++)
        if (said[i] == level)
            text = arena_printf(arena, "%s%s%s", text, *text ? " and " : "", SOURCE_NAMES[i]);
    return text;
}

static RiskReason reason_of(Arena *arena, const RiskFact *fact, const TableSizes *sizes)
{
    const int *said = SAID[fact->matter];
    const TableSize *size = size_of(sizes, fact->relation);
    bool counts = is_large(size);
    int level = SAYS_NONE;
    for (int i = 0; i < SOURCES - !counts; i++)
        level = said[i] > level ? said[i] : level;
    const char *text = fact->what;
    if (counts && size->rows >= 0)
        text = arena_printf(arena, "%s, about %.1f million rows", text, (double)size->rows / 1e6);
    else if (counts)
        text = arena_printf(arena, "%s, which is large and was never analysed", text);
    return (RiskReason){
        .level = level < 0 ? RISK_LEVEL_LOW : (RiskLevel)level,
        .source = sources_of(arena, said, level, counts),
        .text = text,
        .position = fact->position,
    };
}

static void add_header(Arena *arena, const Directives *said, Risk *risk)
{
    static const RiskLevel OF[] = {
        [COMPLEXITY_LOW] = RISK_LEVEL_LOW,
        [COMPLEXITY_MEDIUM] = RISK_LEVEL_MEDIUM,
        [COMPLEXITY_HIGH] = RISK_LEVEL_HIGH,
    };
    if (said->complexity == COMPLEXITY_UNSTATED)
        return;
    RiskLevel level = OF[said->complexity];
    *vec_append(arena, &risk->reasons) = (RiskReason){
        .level = level,
        .source = "header",
        .text = arena_printf(arena, "its header says: complexity %s", LEVELS[level]),
    };
}

// The gravest first; in a place of equals the order stays (vec_sorted_copy keeps it).
static int gravest_first(const void *left, const void *right)
{
    const RiskReason *one = left;
    const RiskReason *other = right;
    return (int)other->level - (int)one->level;
}

void risk_of_facts(Arena *arena, const RiskFacts *facts, const Directives *said,
                   const TableSizes *sizes, Risk *ret_risk)
{
    Risk risk = {0};
    Risk sorted = {0};
    VEC_EACH (const RiskFact, fact, facts)
        *vec_append(arena, &risk.reasons) = reason_of(arena, fact, sizes);
    add_header(arena, said, &risk);
    if (facts->len == 0)
        *vec_append(arena, &risk.reasons) = (RiskReason){
            .level = RISK_LEVEL_LOW,
            .source = "Kairon and nself-chat",
            .text = "only adds, or changes nothing that is there",
        };
    vec_sorted_copy(arena, &sorted.reasons, &risk.reasons, gravest_first);
    sorted.level = sorted.reasons.items[0].level;
    *ret_risk = sorted;
}

RiskLevel risk_of_plan(Arena *arena, Plan *plan, const TableSizes *sizes)
{
    RiskLevel highest = RISK_LEVEL_LOW;
    VEC_EACH (Step, step, &plan->steps) {
        Risk *risk = arena_new_object(arena, Risk);
        RiskFacts facts = step->locks.facts;
        if (!step->locks.is_made)
            *vec_append(arena, &facts) = (RiskFact){
                .matter = MATTER_IS_TOO_LONG,
                .what = "is too long to be looked at statement by statement",
            };
        risk_of_facts(arena, &facts, &step->script.directives, sizes, risk);
        step->risk = risk;
        highest = risk->level > highest ? risk->level : highest;
    }
    return highest;
}

void risk_relations(Arena *arena, const Plan *plan, Words *ret_relations)
{
    Words relations = {0};
    VEC_EACH (const Step, step, &plan->steps)
        VEC_EACH (const RiskFact, fact, &step->locks.facts) {
            bool is_there = !fact->relation;
            VEC_EACH (const char *, relation, &relations)
                is_there |= !is_there && strcmp(*relation, fact->relation) == 0;
            if (!is_there)
                *vec_append(arena, &relations) = fact->relation;
        }
    *ret_relations = relations;
}
