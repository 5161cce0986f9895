#include "sql/parser_host.h"

#include "base/require.h"
#include "sql/parser_runtime.h"

#include <stdlib.h>
#include <string.h>

enum {
    MEMORY_DEFAULT = 512 << 20,
    STACK_DEFAULT = 2 << 20,
    // The module keeps what memory a call took; after more bytes than these, of question and
    // answer, it is given back, and the next call costs less than a millisecond more.
    CALL_KEPT = 1 << 20
};

// wasm_parse_query_raw's answer and the error in it: pointers and numbers of four bytes.
enum {
    RESULT_TREE = 0,
    RESULT_ERROR = 8,
    ERROR_MESSAGE = 0,
    ERROR_CURSOR = 16
};

static ParserLimits limits = {.memory_bytes = MEMORY_DEFAULT, .stack_bytes = STACK_DEFAULT};

typedef struct Call {
    Arena *arena;
    ParserGrammar grammar;
    Str text;
    char *json; // the answer, or NULL
    size_t length;
    char *message; // why not, or NULL
    size_t character;
} Call;

void parser_set_limits(const ParserLimits *wanted)
{
    parser_done();
    limits.memory_bytes = wanted->memory_bytes ? wanted->memory_bytes : MEMORY_DEFAULT;
    limits.stack_bytes = wanted->stack_bytes ? wanted->stack_bytes : STACK_DEFAULT;
}

void parser_done(void)
{
    if (!parser_running)
        return;
    instance_done(&parser_running->instance);
    free(parser_running);
    parser_running = NULL;
}

static void sandbox_open(void)
{
    static bool is_registered;
    ParserSandbox *sandbox = parser_running;
    if (!is_registered)
        instance_register();
    is_registered = true;
    instance_init(&sandbox->instance, sandbox);
    module_run_constructors(&sandbox->instance);
}

static char *copied(Arena *arena, ParserSandbox *sandbox, uint32_t address, size_t *ret_length)
{
    const char *text = sandbox_text(sandbox, address, ret_length);
    return text ? arena_dup(arena, (Str){text, *ret_length}) : NULL;
}

static void call_sql(ParserSandbox *sandbox, Call *call, uint32_t text)
{
    MODULE_INSTANCE *module = &sandbox->instance;
    uint32_t result = module_wasm_parse_query_raw(module, text);
    if (result == 0)
        sandbox_die(sandbox, DEATH_MEMORY);
    uint32_t error = sandbox_word(sandbox, result + RESULT_ERROR);
    size_t ignored;
    if (error) {
        call->message =
            copied(call->arena, sandbox, sandbox_word(sandbox, error + ERROR_MESSAGE), &ignored);
        uint32_t cursor = sandbox_word(sandbox, error + ERROR_CURSOR);
        call->character = cursor <= call->text.n ? cursor : 0;
    } else {
        call->json = copied(call->arena, sandbox, sandbox_word(sandbox, result + RESULT_TREE),
                            &call->length);
    }
    module_wasm_free_parse_result(module, result);
}

// The answer is the JSON, or a message.
static void call_plpgsql(ParserSandbox *sandbox, Call *call, uint32_t text)
{
    MODULE_INSTANCE *module = &sandbox->instance;
    uint32_t answer = module_wasm_parse_plpgsql(module, text);
    char *said = copied(call->arena, sandbox, answer, &call->length);
    if (said && said[0] == '{')
        call->json = said;
    else
        call->message = said;
    module_wasm_free_string(module, answer);
}

static void call_run(Call *call)
{
    if (!module_memory(&parser_running->instance)->data)
        sandbox_open();
    ParserSandbox *sandbox = parser_running;
    MODULE_INSTANCE *module = &sandbox->instance;
    uint32_t text = module_malloc(module, (uint32_t)call->text.n + 1);
    if (text == 0)
        sandbox_die(sandbox, DEATH_MEMORY);
    char *room = sandbox_room(sandbox, text, call->text.n + 1);
    if (call->text.n)
        memcpy(room, call->text.p, call->text.n);
    room[call->text.n] = '\0';
    if (call->grammar == PARSER_SQL)
        call_sql(sandbox, call, text);
    else
        call_plpgsql(sandbox, call, text);
    module_free(module, text);
}

// Why it ended, DEATH_NONE when it did not. All that outlives a jump is behind pointers.
static ParserDeath call_guarded(Call *call)
{
    ParserSandbox *sandbox = parser_running;
    sandbox->death = DEATH_NONE;
    sandbox->innermost = NULL;
    sandbox->is_denied = false;
    sandbox->memory_limit = limits.memory_bytes;
    wasm_rt_call_stack_depth = 0;
    if (setjmp(sandbox->escape) == 0)
        call_run(call);
    if (parser_running->is_denied)
        return DEATH_MEMORY;
    return parser_running->death;
}

static bool fail_death(ParserDeath death, Err *err)
{
    switch (death) {
    case DEATH_STACK:
        (void)fail(err, ERR_CONFIG, "the statement is nested too deeply");
        return err_detail(err, "PostgreSQL's grammar needed more than %zu kB of stack for it",
                          limits.stack_bytes >> 10);
    case DEATH_MEMORY:
        (void)fail(err, ERR_CONFIG, "the statement is too large to be parsed");
        return err_detail(err, "PostgreSQL's grammar needed more than %zu MB of memory for it",
                          limits.memory_bytes >> 20);
    case DEATH_RESERVATION:
        (void)fail(err, ERR_CONFIG, "there is no room for PostgreSQL's grammar");
        (void)err_detail(err, "it needs 8 GB of addresses, and little memory behind them");
        return err_hint(err, "raise the limit: ulimit -v unlimited");
    case DEATH_FAULT:
    case DEATH_NONE:
        break;
    }
    (void)fail(err, ERR_CONFIG, "PostgreSQL's grammar failed on this statement");
    return err_detail(err, "it stopped by itself, which is a defect of libpg_query");
}

static uintptr_t stack_limit(void)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    return here > limits.stack_bytes ? here - limits.stack_bytes : 0;
}

bool parser_call(Arena *arena, ParserGrammar grammar, Str text, char **ret_json, size_t *ret_length,
                 size_t *ret_character, Err *err)
{
    Call call = {.arena = arena, .grammar = grammar, .text = text};
    *ret_character = 0;
    if (text.n && memchr(text.p, '\0', text.n))
        return fail(err, ERR_CONFIG, "the statement has a NUL byte");
    if (text.n > limits.memory_bytes / 2)
        return fail_death(DEATH_MEMORY, err);
    if (!parser_running)
        parser_running = calloc(1, sizeof *parser_running);
    if (!parser_running)
        require_memory();
    parser_stack_limit = stack_limit();
    ParserDeath death = call_guarded(&call);
    if (death != DEATH_NONE || text.n + call.length > CALL_KEPT)
        parser_done();
    if (death != DEATH_NONE || (!call.json && !call.message))
        return fail_death(death, err);
    if (!call.json) {
        *ret_character = call.character;
        return fail(err, ERR_CONFIG, "%s", call.message);
    }
    *ret_json = call.json;
    *ret_length = call.length;
    return true;
}
