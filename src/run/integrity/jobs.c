// What has to be asked of rows: each query lists statements, or conditions of rows that are wrong.
#include "io/json.h"
#include "queries.h"
#include "run/integrity/integrity_private.h"

#include <stdlib.h>

// Columns of the queries that list jobs.
enum {
    JOB_KIND,
    JOB_RELATION,
    JOB_OTHER,
    JOB_OBJECT,
    JOB_CONDITION,
    JOB_SCREEN,
    JOB_STATEMENT,
    JOB_SAMPLED,
    JOB_SHOWN,
    JOB_REASON,
    JOB_PROMISED,
    JOB_REPAIRS,
    JOB_FIX,
};

typedef struct JobQuery {
    const Query *query;
    IntegritySet kinds;
    bool is_of_the_database; // $1 is our schema, not tables
} JobQuery;

static const JobQuery LISTS[] = {
    {&QUERY_INTEGRITY_FOREIGN_KEYS, INTEGRITY_BIT(INTEGRITY_ORPHANS), false},
    {&QUERY_INTEGRITY_ROWS,
     INTEGRITY_BIT(INTEGRITY_NOT_NULL) | INTEGRITY_BIT(INTEGRITY_CHECK) |
         INTEGRITY_BIT(INTEGRITY_DOMAIN) | INTEGRITY_BIT(INTEGRITY_PARTITION),
     false},
    {&QUERY_INTEGRITY_UNIQUE_KEYS, INTEGRITY_BIT(INTEGRITY_DUPLICATES), false},
    {&QUERY_INTEGRITY_EXCLUSIONS, INTEGRITY_BIT(INTEGRITY_EXCLUSION), false},
    {&QUERY_INTEGRITY_STRUCTURE, INTEGRITY_BIT(INTEGRITY_INDEX_STRUCTURE), false},
    {&QUERY_INTEGRITY_SEQUENCES,
     INTEGRITY_BIT(INTEGRITY_SEQUENCE_BEHIND) | INTEGRITY_BIT(INTEGRITY_SEQUENCE_END) |
         INTEGRITY_BIT(INTEGRITY_SEQUENCE_WEAR),
     false},
    {&QUERY_INTEGRITY_VIEWS, INTEGRITY_BIT(INTEGRITY_VIEWS), false},
    {&QUERY_INTEGRITY_FUNCTIONS, INTEGRITY_BIT(INTEGRITY_FUNCTIONS), true},
};

typedef struct ScopedPlace {
    unsigned long oid;
    const Scoped *scoped;
} ScopedPlace;

typedef VEC(ScopedPlace) ScopedPlaces;

static int by_oid(const void *left, const void *right)
{
    const ScopedPlace *a = left;
    const ScopedPlace *b = right;
    return (a->oid > b->oid) - (a->oid < b->oid);
}

static const Scoped *find(const ScopedPlaces *places, const char *oid)
{
    ScopedPlace wanted = {.oid = strtoul(oid, NULL, 10)};
    const ScopedPlace *place =
        places->len ? bsearch(&wanted, places->items, places->len, sizeof wanted, by_oid) : NULL;
    return place ? place->scoped : NULL;
}

static double share_of(const Examination *examination, const Scoped *scoped)
{
    int64_t most = examination->options->sample_above_bytes;
    return scoped && most && scoped->bytes > most ? 100.0 * (double)most / (double)scoped->bytes
                                                  : 0;
}

static void add(Examination *examination, const ScopedPlaces *places, const Rows *rows)
{
    Arena *arena = examination->arena;
    vec_reserve(arena, &examination->jobs, examination->jobs.len + rows->count + 1);
    for (size_t row = 0; row < rows->count; row++) {
        IntegrityId kind = integrity_find(str_from(rows_text(rows, row, JOB_KIND)));
        REQUIRE(kind != INTEGRITY_COUNT);
        if (!integrity_wants(examination, kind))
            continue;
        Job *job = vec_append(arena, &examination->jobs);
        *job = (Job){
            .kind = kind,
            .relation = find(places, rows_text(rows, row, JOB_RELATION)),
            .other = rows_text(rows, row, JOB_OTHER),
            .object = rows_text(rows, row, JOB_OBJECT),
            .condition = rows_text(rows, row, JOB_CONDITION),
            .screen = rows_text(rows, row, JOB_SCREEN),
            .statement = rows_text(rows, row, JOB_STATEMENT),
            .sampled = rows_text(rows, row, JOB_SAMPLED),
            .shown = rows_text(rows, row, JOB_SHOWN),
            .reason = rows_text(rows, row, JOB_REASON),
            .is_promised = rows_bool(rows, row, JOB_PROMISED),
            .fix = rows_text(rows, row, JOB_FIX),
        };
        if (job->condition || job->sampled)
            job->percent = share_of(examination, job->relation);
        json_words_read(arena, rows_text(rows, row, JOB_REPAIRS), &job->repairs);
    }
}

static void give_up(Examination *examination, IntegritySet kinds, const Err *err)
{
    for (int id = 0; id < INTEGRITY_COUNT; id++)
        if ((kinds & INTEGRITY_BIT(id)) && integrity_wants(examination, (IntegrityId)id)) {
            check_list_add(examination->arena, examination->checks, &INTEGRITY_KINDS[id],
                           VERDICT_UNKNOWN, "migrate-safe verify once more", "%s", err->message);
            examination->kinds &= ~INTEGRITY_BIT(id);
        }
}

static bool list(Examination *examination, const ScopedPlaces *places, const JobQuery *jobs,
                 Err *err)
{
    const char *parameter = jobs->is_of_the_database ? examination->schema : examination->readable;
    Rows rows;
    if (session_query(examination->session, examination->arena, jobs->query->text, 1, &parameter,
                      &rows, err)) {
        add(examination, places, &rows);
        return true;
    }
    if (err->class != ERR_SERVER)
        return false;
    give_up(examination, jobs->kinds, err);
    *err = (Err){0};
    return integrity_go_back(examination, err);
}

bool integrity_list_jobs(Examination *examination, Err *err)
{
    ScopedPlaces places = {0};
    VEC_EACH (const Scoped, scoped, &examination->scope)
        *vec_append(examination->arena, &places) =
            (ScopedPlace){strtoul(scoped->oid, NULL, 10), scoped};
    vec_sort(&places, by_oid);
    for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++) {
        const JobQuery *jobs = &LISTS[i];
        bool is_wanted = examination->kinds & jobs->kinds;
        if (is_wanted && !(jobs->is_of_the_database && examination->options->tables) &&
            !list(examination, &places, jobs, err))
            return false;
    }
    return true;
}
