#include "run/lint_judge.h"

#include "base/require.h"
#include "base/text.h"
#include "io/file.h"
#include "io/interrupt.h"
#include "run/parse_ahead.h"
#include "run/script_private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
    PIECE_BYTES = 64 * 1024,
    AHEAD_BYTES = 64 * 1024, // of scripts: for less another process comes too late
    SCRIPT_LEFT_MOST = 16 * 1024,
    STATEMENT_AHEAD_MOST = 128 * 1024 // a tree takes thirty times its statement
};

// A chain's statements, counted alike by the process that judges them and the one that parses.
typedef struct Walk {
    Lint *lint;
    ParseAhead *ahead;
    bool is_ahead; // we only parse
    bool is_syntax_only;
    bool is_over;
    uint64_t script;
    uint32_t statement; // of the script
} Walk;

// What another process has made, or NULL: of the script as a whole, then of each statement.
static uint64_t walk_number(const Walk *walk)
{
    return walk->script << 32 | walk->statement;
}

typedef struct ToParse {
    const Statement *statement;
    bool opens_body;
} ToParse;

static const void *parse(Arena *arena, const void *context)
{
    const ToParse *wanted = context;
    ParsedStatement *parsed = arena_new_object(arena, ParsedStatement);
    lint_parse(arena, wanted->statement, wanted->opens_body, parsed);
    return parsed;
}

static void put_ahead(Walk *walk, ParseAheadMake *make, const void *context)
{
    walk->is_over = !parse_ahead_put(walk->ahead, walk_number(walk), make, context);
}

static const void *take_ahead(const Walk *walk)
{
    return walk->ahead ? parse_ahead_take(walk->ahead, walk_number(walk)) : NULL;
}

static void put_statement(Walk *walk, const Statement *statement)
{
    walk->statement++;
    if (statement->text.n < STATEMENT_AHEAD_MOST)
        put_ahead(walk, parse, &(ToParse){statement, !walk->is_syntax_only});
}

static void judge_statement(Walk *walk, const Statement *statement)
{
    walk->statement++;
    const ParsedStatement *parsed = take_ahead(walk);
    if (parsed)
        lint_parsed(walk->lint, statement, parsed);
    else
        lint_statement(walk->lint, statement);
}

// Of two statements: while another process parses the first, we parse the second.
static bool judge_two(Arena *scratch, Walk *walk, const Statement *statements)
{
    uint64_t number = walk_number(walk) + 1;
    if (!walk->ahead || !parse_ahead_leaves(walk->ahead, number, number + 1))
        return false;
    ArenaMark mark = arena_mark(scratch);
    const ParsedStatement *second =
        parse(scratch, &(ToParse){&statements[1], !walk->is_syntax_only});
    judge_statement(walk, &statements[0]);
    walk->statement++;
    lint_parsed(walk->lint, &statements[1], second);
    arena_release(scratch, mark);
    return true;
}

static void take_statement(Walk *walk, const Statement *statement)
{
    if (walk->is_ahead)
        put_statement(walk, statement);
    else
        judge_statement(walk, statement);
}

// A script that is read to its end before its first statement is judged.
typedef struct Surveyed {
    Shape shape;
    VEC(Statement) statements; // of a script in memory: it is split only once
    bool is_split;
    bool is_broken;
    Err err;
} Surveyed;

static const void *surveyed_copy(Arena *arena, const void *context)
{
    const Surveyed *surveyed = context;
    Surveyed *copy = arena_new_object(arena, Surveyed);
    copy->shape = surveyed->shape;
    copy->is_split = true;
    VEC_EACH (const Statement, statement, &surveyed->statements)
        *vec_append(arena, &copy->statements) = *statement;
    return copy;
}

// What its statements are, as far as they can be read; rules say what is wrong with it.
static void split_whole(Arena *scratch, const Script *script, Surveyed *surveyed)
{
    Err ignored = {0};
    Statement statement;
    SplitResult got;
    SCRIPT_SCOPED reader = NULL;
    if (!script_open(script, &reader, &surveyed->err))
        return;
    surveyed->is_split = script->is_loaded;
    Splitter *splitter = script_splitter(reader);
    while ((got = splitter_next(splitter, &statement, &surveyed->err)) == SPLIT_STATEMENT ||
           (got == SPLIT_FAILED && splitter_pass_refused(splitter))) {
        if (got == SPLIT_FAILED) { // it is told in its place, when all is split again
            surveyed->is_split = false;
            surveyed->err = (Err){0};
            continue;
        }
        if (interrupt_requested())
            break;
        if (!shape_add(&surveyed->shape, &statement, script->path, &ignored))
            ignored = (Err){0};
        if (!surveyed->is_split)
            continue;
        REQUIRE((size_t)statement.offset + statement.text.n <= script->text.n);
        statement.text.p = script->text.p + statement.offset; // the splitter's own goes away
        *vec_append(scratch, &surveyed->statements) = statement;
    }
    surveyed->is_broken = got == SPLIT_FAILED;
}

// Both processes have the text of a script that was in memory before they were two.
static void survey(Arena *scratch, Walk *walk, const LintScript *entry, const Script *script,
                   Surveyed *surveyed)
{
    bool is_shared = entry->script.is_loaded;
    const Surveyed *made = is_shared && !walk->is_ahead ? take_ahead(walk) : NULL;
    if (made) {
        *surveyed = *(const Surveyed *)surveyed_copy(scratch, made);
        return;
    }
    split_whole(scratch, script, surveyed);
    if (is_shared && walk->is_ahead && surveyed->is_split && !surveyed->is_broken)
        put_ahead(walk, surveyed_copy, surveyed);
}

// The comments of a streamed script, in pieces of whole lines.
static bool feed_comments(Lint *lint, const Script *script, Err *err)
{
    DESCRIPTOR_SCOPED descriptor = -1;
    int64_t size;
    ARENA_SCOPED arena = arena_new();
    char *bytes = arena_alloc(arena, PIECE_BYTES);
    size_t kept = 0; // of a line whose end was not there yet
    int64_t left = script->size;
    if (!script_open_file(script->path, &descriptor, &size, err) ||
        lseek(descriptor, script->offset, SEEK_SET) < 0)
        return false;
    while (left > 0) {
        size_t wanted = PIECE_BYTES - kept;
        ssize_t got = file_read_full(descriptor, bytes + kept,
                                     (int64_t)wanted < left ? wanted : (size_t)left);
        if (got <= 0)
            break;
        left -= got;
        Str piece = {bytes, kept + (size_t)got};
        const char *end = memrchr(piece.p, '\n', piece.n);
        size_t whole = end && left ? (size_t)(end - piece.p) + 1 : piece.n;
        lint_comments(lint, (Str){piece.p, whole});
        kept = piece.n - whole;
        memmove(bytes, bytes + whole, kept);
    }
    return true;
}

static void give_surveyed(Arena *scratch, Walk *walk, const Surveyed *surveyed)
{
    const Statement *statements = surveyed->statements.items;
    size_t count = surveyed->statements.len;
    for (size_t i = 0; i < count; i++) {
        if (interrupt_requested() || walk->is_over)
            return;
        if (!walk->is_ahead && i + 1 < count && judge_two(scratch, walk, &statements[i]))
            i++;
        else
            take_statement(walk, &statements[i]);
    }
    if (surveyed->is_broken && !walk->is_ahead)
        lint_broken(walk->lint, &surveyed->err);
}

// sqitch gives its scripts to psql, whose own commands are right there.
static void tell_refused(Lint *lint, const Layout *layout, bool is_passed, const Err *err)
{
    if (!is_passed)
        lint_broken(lint, err);
    else if (!layout || strcmp(layout->name, "sqitch") != 0)
        lint_refused(lint, err);
}

static bool give_statements(Walk *walk, const Script *script, const Layout *layout, Err *err)
{
    SCRIPT_SCOPED reader = NULL;
    if (!script_open(script, &reader, err))
        return false;
    Splitter *splitter = script_splitter(reader);
    for (;;) {
        Statement statement;
        SplitResult got = splitter_next(splitter, &statement, err);
        if (got == SPLIT_END || interrupt_requested() || walk->is_over)
            return true;
        if (got == SPLIT_STATEMENT) {
            take_statement(walk, &statement);
            continue;
        }
        bool is_passed = splitter_pass_refused(splitter);
        if (!walk->is_ahead)
            tell_refused(walk->lint, layout, is_passed, err);
        if (!is_passed)
            return true;
        *err = (Err){0};
    }
}

static bool judge_script(Arena *scratch, Walk *walk, const LintScript *entry, Err *err)
{
    Lint *lint = walk->lint;
    Script script = entry->script;
    Surveyed surveyed = {0};
    if (!entry->trouble && !script_hold(scratch, &script, err))
        return false;
    if (!entry->is_syntax_only)
        survey(scratch, walk, entry, &script, &surveyed);
    lint_file_begin(lint,
                    &(LintFile){
                        .path = script.path,
                        .migration = entry->migration,
                        .script = &script,
                        .shape = &surveyed.shape,
                        .is_reported = entry->is_reported,
                        .is_syntax_only = entry->is_syntax_only,
                        .is_wrapped_elsewhere =
                            entry->layout && layout_wraps(entry->layout, &script, &surveyed.shape),
                    });
    if (entry->trouble)
        lint_broken(lint, entry->trouble);
    bool is_read = true;
    if (surveyed.is_split)
        give_surveyed(scratch, walk, &surveyed);
    else
        is_read = (script.is_loaded || feed_comments(lint, &script, err)) &&
                  give_statements(walk, &script, entry->layout, err);
    lint_file_end(lint);
    return is_read;
}

// What goes wrong here goes wrong there too, and is told there.
static void parse_script_ahead(Arena *scratch, Walk *walk, const LintScript *entry)
{
    Script script = entry->script;
    Surveyed surveyed = {0};
    Err err = {0};
    if (!entry->trouble && !script_hold(scratch, &script, &err))
        return;
    if (script.is_loaded && !entry->is_syntax_only)
        survey(scratch, walk, entry, &script, &surveyed);
    if (walk->is_over)
        return;
    if (surveyed.is_split)
        give_surveyed(scratch, walk, &surveyed);
    else
        (void)give_statements(walk, &script, entry->layout, &err);
}

static bool walk_script(Arena *scratch, Walk *walk, const LintScript *entry, Err *err)
{
    ArenaMark mark = arena_mark(scratch);
    bool is_read = true;
    walk->script++;
    walk->statement = 0;
    walk->is_syntax_only = entry->is_syntax_only;
    bool is_needed = entry->is_reported || !entry->is_syntax_only;
    if (is_needed && walk->is_ahead)
        parse_script_ahead(scratch, walk, entry);
    else if (is_needed)
        is_read = judge_script(scratch, walk, entry, err);
    arena_release(scratch, mark);
    return is_read;
}

// Whoever judges is in the script before, and would wait for this one: it has it for itself.
static bool is_left(const Walk *walk, const LintScript *entry)
{
    return entry->script.size < SCRIPT_LEFT_MOST &&
           parse_ahead_asked(walk->ahead) >> 32 >= walk->script;
}

static void parse_ahead(ParseAhead *ahead, void *context)
{
    const LintChain *chain = context;
    Walk walk = {.ahead = ahead, .is_ahead = true};
    ARENA_SCOPED scratch = arena_new();
    VEC_EACH (const LintScript, entry, &chain->scripts) {
        Err err = {0};
        if (is_left(&walk, entry))
            walk.script++;
        else if (interrupt_requested() || walk.is_over || !walk_script(scratch, &walk, entry, &err))
            return;
    }
}

static int64_t chain_bytes(const LintChain *chain)
{
    int64_t bytes = 0;
    VEC_EACH (const LintScript, entry, &chain->scripts)
        bytes += entry->is_reported || !entry->is_syntax_only ? entry->script.size : 0;
    return bytes;
}

void lint_judge(Arena *arena, Lint *lint, LintChain *chain, Problems *unreadable)
{
    ARENA_SCOPED scratch = arena_new();
    PARSE_AHEAD_SCOPED ahead =
        chain_bytes(chain) < AHEAD_BYTES ? NULL : parse_ahead_start(parse_ahead, chain);
    Walk walk = {.lint = lint, .ahead = ahead};
    VEC_EACH (const LintScript, entry, &chain->scripts) {
        Err err = {0};
        if (interrupt_requested())
            return; // who asked for it gets no findings
        if (!walk_script(scratch, &walk, entry, &err))
            *vec_append(arena, unreadable) =
                (Problem){.kind = PROBLEM_UNREADABLE, .is_error = true, .err = err};
    }
    lint_chain_end(lint);
}
