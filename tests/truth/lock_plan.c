// What the lock plan says of statements, for the tests that compare it with servers: reads a JSON
// list of {"setup", "sql", "pg"} and prints a list with the effects of each.
#include "check/lock/effect.h"
#include "check/replay/replay.h"
#include "sql/parser_host.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static void replay(Arena *arena, Model *model, const char *sql, int *transaction)
{
    SPLITTER_SCOPED splitter = splitter_new_text(str_from(sql), NULL);
    ParsedStatement parsed;
    Err err = {0};
    while (parse_next(arena, splitter, &parsed, &err) == SPLIT_STATEMENT)
        if (parsed.node)
            replay_statement(arena, model, &parsed, (Made){++*transaction, 0, {1, 1}});
}

static json_t *effect_json(const Effect *effect)
{
    return json_pack("{s:s, s:i, s:i, s:b, s:b, s:b, s:b, s:s?}", "relation", effect->relation,
                     "mode", (int)effect->mode, "reach", (int)effect->reach, "is_rewritten",
                     (int)effect->is_rewritten, "is_scanned", (int)effect->is_scanned,
                     "builds_index", (int)effect->builds_index, "is_new", (int)effect->is_new,
                     "why", effect->why);
}

// The state after a setup, kept for the questions that have the same.
typedef struct State {
    const char *setup;
    Arena *arena;
    Model model;
    int transaction;
} State;

static void set_up(State *state, const char *setup)
{
    if (state->setup && strcmp(state->setup, setup) == 0)
        return;
    arena_free(state->arena);
    *state = (State){.setup = setup, .arena = arena_new()};
    model_init(&state->model, state->arena);
    replay(state->arena, &state->model, setup, &state->transaction);
}

static json_t *answer(State *state, const json_t *question)
{
    ARENA_SCOPED scratch = arena_new();
    set_up(state, json_string_value(json_object_get(question, "setup")));
    int pg = (int)json_integer_value(json_object_get(question, "pg"));
    SPLITTER_SCOPED splitter =
        splitter_new_text(str_from(json_string_value(json_object_get(question, "sql"))), NULL);
    ParsedStatement parsed;
    Effects effects = {0};
    Err err = {0};
    if (parse_next(scratch, splitter, &parsed, &err) == SPLIT_STATEMENT)
        effects_of(scratch, &state->model, &parsed, state->transaction + 1, pg, &effects);
    json_t *items = json_array();
    VEC_EACH (const Effect, effect, &effects.items)
        json_array_append_new(items, effect_json(effect));
    return json_pack("{s:o, s:b, s:b, s:b}", "effects", items, "is_incomplete",
                     (int)effects.is_incomplete, "is_concurrent", (int)effects.is_concurrent,
                     "depends_on_version", (int)effects.depends_on_version);
}

int main(void)
{
    State state = {0};
    json_error_t error;
    json_t *questions = json_loadf(stdin, 0, &error);
    json_t *answers = json_array();
    size_t i;
    json_t *question;
    if (!questions) {
        fprintf(stderr, "%s at byte %d\n", error.text, error.position);
        return 1;
    }
    json_array_foreach(questions, i, question)
        json_array_append_new(answers, answer(&state, question));
    json_dumpf(answers, stdout, JSON_INDENT(1));
    arena_free(state.arena);
    json_decref(questions);
    json_decref(answers);
    parser_done();
    return 0;
}
