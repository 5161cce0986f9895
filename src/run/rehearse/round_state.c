// The copy as it is at a moment, what of it differs from another, and what is wrong with it.
#include "base/text.h"
#include "queries.h"
#include "run/rehearse/round_private.h"
#include "run/snapshot.h"

enum {
    LINES_MOST = 40
};

State state_new(void)
{
    return (State){.arena = arena_new()};
}

void state_done(State *state)
{
    arena_free(state->arena);
    state->arena = NULL;
}

const char *round_own_schema(const Round *round)
{
    return round->options->schema ? round->options->schema : TARGET_DEFAULT_SCHEMA;
}

bool round_take_schema(Round *round, State *state, Err *err)
{
    return snapshot_take(state->arena, round->admin, round_own_schema(round), &state->schema, err);
}

bool round_take_rows(Round *round, State *state, Err *err)
{
    static const Words NONE = {0};
    if (round->copied) {
        state->has_rows = rows_take_some(state->arena, round->admin, round_admin_url(round),
                                         round->copied, &NONE, &state->rows, err);
        return state->has_rows;
    }
    state->has_rows =
        rows_take(state->arena, round->admin, round_admin_url(round), &state->rows, err);
    return state->has_rows;
}

bool round_take_shapes(Round *round, State *state, Err *err)
{
    return session_query(round->admin, state->arena, QUERY_REHEARSE_SHAPES.text, 0, NULL,
                         &state->shapes, err);
}

static const char *shape_of(const Rows *shapes, const char *oid)
{
    for (size_t i = 0; i < shapes->count; i++)
        if (strcmp(rows_text(shapes, i, 0), oid) == 0)
            return rows_text(shapes, i, 1);
    return NULL;
}

// A table that was only locked, and has the same columns in the same file, has the same rows.
static Words to_be_read(const Round *round, const State *base, const State *now)
{
    Words words = {0};
    VEC_EACH (const char *const, oid, &round->touched) {
        const char *before = shape_of(&base->shapes, *oid);
        const char *after = shape_of(&now->shapes, *oid);
        if (!before || !after || strcmp(before, after) != 0 || words_have(&round->changed, *oid))
            *vec_append(now->arena, &words) = *oid;
    }
    return words;
}

bool round_take_rows_since(Round *round, const State *base, State *state, Err *err)
{
    Rows late;
    if (!session_query(round->admin, state->arena, QUERY_REHEARSE_LATE_TRIGGERS.text, 0, NULL,
                       &late, err))
        return false;
    if (!base->has_rows || round->is_anything_touched || rows_bool(&late, 0, 0))
        return round_take_rows(round, state, err);
    if (!round_take_shapes(round, state, err))
        return false;
    Words read = to_be_read(round, base, state);
    state->has_rows = rows_take_some(state->arena, round->admin, round_admin_url(round),
                                     &base->rows, &read, &state->rows, err);
    return state->has_rows;
}

bool round_take_unsound(Round *round, State *state, Err *err)
{
    const char *schema = round_own_schema(round);
    return session_query(round->admin, state->arena, QUERY_REHEARSE_UNSOUND.text, 1, &schema,
                         &state->unsound, err);
}

const char *round_keep(Round *round, const char *text)
{
    return text ? arena_strdup(round->arena, text) : NULL;
}

// What `now` has otherwise than `then`, lines that the report keeps.
void round_tell_differences(Round *round, const State *then, const State *now, Words *lines)
{
    Differences differences = {0};
    snapshot_compare(now->arena, &then->schema, &now->schema, SNAPSHOT_WHOLE, LINES_MOST,
                     &differences);
    VEC_EACH (const char *const, line, &differences)
        *vec_append(round->arena, lines) = round_keep(round, *line);
}

bool round_is_same_schema(const State *then, const State *now)
{
    return strcmp(then->schema.fingerprint, now->schema.fingerprint) == 0 &&
           !then->schema.gaps.len && !now->schema.gaps.len;
}

void round_find(Round *round, RehearsedMigration *rehearsed, RehearsalProblem problem,
                const char *file, const char *message, const char *detail)
{
    *vec_append(round->arena, &rehearsed->findings) = (RehearsalFinding){
        .problem = problem, .message = round_keep(round, message), .file = file, .detail = detail};
}

static const char *detail_of(Round *round, const Err *err)
{
    if (err->detail[0] && err->hint[0])
        return arena_printf(round->arena, "%s\n%s", err->detail, err->hint);
    return err->detail[0] ? round_keep(round, err->detail)
           : err->hint[0] ? round_keep(round, err->hint)
                          : NULL;
}

void round_find_error(Round *round, RehearsedMigration *rehearsed, RehearsalProblem problem,
                      const char *file, const Err *err)
{
    round_find(round, rehearsed, problem, file, err->message, detail_of(round, err));
    RehearsalFinding *finding = &rehearsed->findings.items[rehearsed->findings.len - 1];
    if (err->file[0])
        finding->file = round_keep(round, err->file);
    finding->position = err->position;
    finding->sqlstate = err->sqlstate[0] ? round_keep(round, err->sqlstate) : NULL;
}

void round_find_lines(Round *round, RehearsedMigration *rehearsed, RehearsalProblem problem,
                      const char *file, const char *message, const Words *lines)
{
    TEXT_SCOPED text;
    text_init(&text, 1 << 20);
    for (size_t i = 0; i < lines->len; i++)
        text_printf(&text, "%s%s", i ? "\n" : "", lines->items[i]);
    round_find(round, rehearsed, problem, file, message, round_keep(round, text_cstr(&text)));
}

void round_find_other_schema(Round *round, RehearsedMigration *rehearsed, RehearsalProblem problem,
                             const char *message, const State *then, const State *now)
{
    Words lines = {0};
    round_tell_differences(round, then, now, &lines);
    round_find_lines(round, rehearsed, problem, rehearsed->file, message, &lines);
}
