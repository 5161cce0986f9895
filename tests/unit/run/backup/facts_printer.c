// Prints what facts_take finds: facts_printer URL [JOBS [TABLE...]]; a line each, for tests that
// have a server. The transaction is open while a line of stdin is waited for, when JOBS has a sign.
#include "run/backup/facts.h"

#include <stdio.h>
#include <stdlib.h>

static void print(const DataFacts *facts)
{
    VEC_EACH (const TableFact, table, &facts->tables)
        printf("table %s.%s %lld %s%s\n", table->schema, table->name, (long long)table->rows,
               table->digest, table->is_refreshed ? " refreshed" : "");
    VEC_EACH (const SequenceFact, sequence, &facts->sequences)
        printf("sequence %s.%s %lld %s%s\n", sequence->schema, sequence->name,
               (long long)sequence->last_value, sequence->is_called ? "called" : "new",
               sequence->is_descending ? " descending" : "");
    printf("objects %lld %s\n", (long long)facts->large_objects,
           facts->large_object_digest ? facts->large_object_digest : "unreadable");
}

static int complain(const Err *err)
{
    fprintf(stderr, "%s\n%s\n%s\n", err->message, err->detail, err->hint);
    return err_exit_code(err->class);
}

int main(int argc, char **argv)
{
    ARENA_SCOPED arena = arena_new();
    SESSION_SCOPED session = NULL;
    SessionOptions to = {.url = argv[1]};
    FactsOptions options = {.url = argv[1], .jobs = argc > 2 ? abs(atoi(argv[2])) : 1};
    Words tables = {0};
    DataFacts facts;
    Err err = {0};
    for (int i = 3; i < argc; i++)
        *vec_append(arena, &tables) = argv[i];
    if (tables.len)
        options.tables = &tables;
    if (!session_open(&to, &session, &err) ||
        !session_exec(session, "BEGIN ISOLATION LEVEL REPEATABLE READ", &err) ||
        !session_exec(session, "SELECT 1 FROM pg_catalog.pg_class LIMIT 1", &err))
        return complain(&err);
    if (argc > 2 && argv[2][0] == '-') {
        const char *first = getenv("FACTS_FIRST");
        if (first && !session_exec(session, first, &err))
            return complain(&err);
        puts("ready");
        fflush(stdout);
        (void)getchar();
    }
    if (!facts_take(arena, session, &options, &facts, &err))
        return complain(&err);
    print(&facts);
    return session_exec(session, "COMMIT", &err) ? 0 : complain(&err);
}
