// Runs a script on the database that a URL names and probes the constraints that it made, for
// tests/e2e/test_constraint_probes.py: constraint_prober URL SQL.
#include "io/json.h"
#include "run/rehearse/constraint_probes.h"
#include "run/snapshot.h"
#include "sql/parser_host.h"

#include <stdio.h>

static bool probe(Arena *arena, Session *session, const char *script, ConstraintProbes *ret_probes,
                  Err *err)
{
    Snapshot before = {0};
    Snapshot after = {0};
    return snapshot_take_linked(arena, session, "migrate_safe", false, &before, err) &&
           session_exec(session, script, err) &&
           snapshot_take_linked(arena, session, "migrate_safe", false, &after, err) &&
           constraint_probes_run(arena, session, &before, &after, ret_probes, err);
}

int main(int count, char **arguments)
{
    ARENA_SCOPED arena = arena_new();
    SESSION_SCOPED session = NULL;
    Err err = {0};
    ConstraintProbes probes = {0};
    if (count != 3 || !session_open(&(SessionOptions){.url = arguments[1]}, &session, &err) ||
        !probe(arena, session, arguments[2], &probes, &err)) {
        fprintf(stderr, "%s\n%s\n", err.message, err.detail);
        return 1;
    }
    JSON_SCOPED list = json_array();
    VEC_EACH (const ConstraintProbe, one, &probes) {
        json_t *object = json_object();
        json_put(object, "kind", json_cstr(one->kind));
        json_put(object, "table", json_cstr(one->table));
        json_put(object, "name", json_cstr(one->name));
        json_put(object, "verdict", json_cstr(constraint_probe_word(one->verdict)));
        json_put(object, "detail", json_cstr(one->detail));
        json_array_append_new(list, object);
    }
    puts(json_line(arena, list));
    parser_done();
    return 0;
}
