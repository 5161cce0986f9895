// The functions that the parser's module imports. Its C library has setjmp and longjmp built from
// invoke_: each calls a function of the module at a point that a longjmp inside returns to.
#include "sql/parser_runtime.h"

enum {
    PAGE = 65536,
    NO_SUCH_DESCRIPTOR = 8, // WASI's EBADF: nothing in here reads or writes
};

// The module's table says which function; a wrong one would be the module's fault, and ends the
// call.
static wasm_rt_funcref_t enter(ParserSandbox *sandbox, JumpPoint *point, uint32_t index,
                               uint32_t type)
{
    const wasm_rt_funcref_table_t *table = module_indirect_function_table(&sandbox->instance);
    if (index >= table->size || !table->data[index].func || table->data[index].func_type != type)
        sandbox_die(sandbox, DEATH_FAULT);
    point->outer = sandbox->innermost;
    point->depth = wasm_rt_call_stack_depth;
    point->stack = module_emscripten_stack_get_current(&sandbox->instance);
    sandbox->innermost = point;
    return table->data[index];
}

static void land(ParserSandbox *sandbox, const JumpPoint *point)
{
    sandbox->innermost = point->outer;
    wasm_rt_call_stack_depth = point->depth;
    module_emscripten_stack_restore(&sandbox->instance, point->stack);
    module_setThrew(&sandbox->instance, 1, 0);
}

#define PARAMETERS_0
#define PARAMETERS_1 , uint32_t a
#define PARAMETERS_2 PARAMETERS_1, uint32_t b
#define PARAMETERS_3 PARAMETERS_2, uint32_t c
#define PARAMETERS_4 PARAMETERS_3, uint32_t d
#define PARAMETERS_5 PARAMETERS_4, uint32_t e
#define PARAMETERS_13                                                                              \
    PARAMETERS_5, uint32_t f, uint32_t g, uint32_t h, uint32_t i, uint32_t j, uint32_t k,          \
        uint32_t l, uint32_t m
#define ARGUMENTS_0
#define ARGUMENTS_1  , a
#define ARGUMENTS_2  ARGUMENTS_1, b
#define ARGUMENTS_3  ARGUMENTS_2, c
#define ARGUMENTS_4  ARGUMENTS_3, d
#define ARGUMENTS_5  ARGUMENTS_4, e
#define ARGUMENTS_13 ARGUMENTS_5, f, g, h, i, j, k, l, m
#define TYPES_0
#define TYPES_1  , WASM_RT_I32
#define TYPES_2  TYPES_1, WASM_RT_I32
#define TYPES_3  TYPES_2, WASM_RT_I32
#define TYPES_4  TYPES_3, WASM_RT_I32
#define TYPES_5  TYPES_4, WASM_RT_I32
#define TYPES_13 TYPES_5 TYPES_5 TYPES_3

#define INVOKE_VOID(name, count)                                                                   \
    void name(ParserSandbox *sandbox, uint32_t index PARAMETERS_##count)                           \
    {                                                                                              \
        static uint32_t type;                                                                      \
        type = type ? type : wasm_rt_register_func_type(count, 0 TYPES_##count);                   \
        JumpPoint point;                                                                           \
        wasm_rt_funcref_t called = enter(sandbox, &point, index, type);                            \
        if (setjmp(point.buffer) == 0) {                                                           \
            ((void (*)(void *PARAMETERS_##count))called.func)(                                     \
                called.module_instance ARGUMENTS_##count);                                         \
            sandbox->innermost = point.outer;                                                      \
        } else {                                                                                   \
            land(sandbox, &point);                                                                 \
        }                                                                                          \
    }

#define INVOKE(name, result, result_type, count)                                                   \
    result name(ParserSandbox *sandbox, uint32_t index PARAMETERS_##count)                         \
    {                                                                                              \
        static uint32_t type;                                                                      \
        type = type ? type : wasm_rt_register_func_type(count, 1 TYPES_##count, result_type);      \
        JumpPoint point;                                                                           \
        wasm_rt_funcref_t called = enter(sandbox, &point, index, type);                            \
        if (setjmp(point.buffer) == 0) {                                                           \
            result value = ((result(*)(void *PARAMETERS_##count))called.func)(                     \
                called.module_instance ARGUMENTS_##count);                                         \
            sandbox->innermost = point.outer;                                                      \
            return value;                                                                          \
        }                                                                                          \
        land(sandbox, &point);                                                                     \
        return 0;                                                                                  \
    }

INVOKE_VOID(host_invoke_v, 0)
INVOKE_VOID(host_invoke_vi, 1)
INVOKE_VOID(host_invoke_vii, 2)
INVOKE_VOID(host_invoke_viii, 3)
INVOKE_VOID(host_invoke_viiii, 4)
INVOKE_VOID(host_invoke_viiiii, 5)
INVOKE_VOID(host_invoke_viiiiiiiiiiiii, 13)
INVOKE(host_invoke_i, uint32_t, WASM_RT_I32, 0)
INVOKE(host_invoke_ii, uint32_t, WASM_RT_I32, 1)
INVOKE(host_invoke_iii, uint32_t, WASM_RT_I32, 2)
INVOKE(host_invoke_iiii, uint32_t, WASM_RT_I32, 3)
INVOKE(host_invoke_iiiii, uint32_t, WASM_RT_I32, 4)
INVOKE(host_invoke_ji, uint64_t, WASM_RT_I64, 1)

void host_emscripten_throw_longjmp(ParserSandbox *sandbox)
{
    if (!sandbox->innermost)
        sandbox_die(sandbox, DEATH_FAULT);
    longjmp(sandbox->innermost->buffer, 1);
}

// 1 when there is more now. A refusal is remembered: the module may go on, but what it then says is
// not to be trusted.
uint32_t host_emscripten_resize_heap(ParserSandbox *sandbox, uint32_t wanted)
{
    wasm_rt_memory_t *memory = module_memory(&sandbox->instance);
    if (wanted <= memory->size)
        return 1;
    // some more than asked for, so that growing does not copy each time
    uint32_t missing = (wanted - memory->size - 1) / PAGE + 1;
    uint32_t step = memory->pages / 8;
    if (step > missing && wasm_rt_grow_memory(memory, step) != UINT32_MAX)
        return 1;
    sandbox->is_denied = false;
    return wasm_rt_grow_memory(memory, missing) != UINT32_MAX;
}

void host_assert_fail(ParserSandbox *sandbox, uint32_t claim, uint32_t file, uint32_t line,
                      uint32_t function)
{
    sandbox_die(sandbox, DEATH_FAULT);
}

void host_abort_js(ParserSandbox *sandbox)
{
    sandbox_die(sandbox, DEATH_FAULT);
}

void host_exit(ParserSandbox *sandbox, uint32_t code)
{
    sandbox_die(sandbox, DEATH_FAULT);
}

void host_proc_exit(ParserSandbox *sandbox, uint32_t code)
{
    sandbox_die(sandbox, DEATH_FAULT);
}

void host_emscripten_runtime_keepalive_clear(ParserSandbox *sandbox) {}

uint32_t host_setitimer_js(ParserSandbox *sandbox, uint32_t which, double milliseconds)
{
    return 0;
}

uint32_t host_fd_close(ParserSandbox *sandbox, uint32_t descriptor)
{
    return NO_SUCH_DESCRIPTOR;
}

uint32_t host_fd_read(ParserSandbox *sandbox, uint32_t descriptor, uint32_t vectors, uint32_t count,
                      uint32_t ret_done)
{
    return NO_SUCH_DESCRIPTOR;
}

uint32_t host_fd_seek(ParserSandbox *sandbox, uint32_t descriptor, uint64_t offset, uint32_t whence,
                      uint32_t ret_at)
{
    return NO_SUCH_DESCRIPTOR;
}

uint32_t host_fd_write(ParserSandbox *sandbox, uint32_t descriptor, uint32_t vectors,
                       uint32_t count, uint32_t ret_done)
{
    return NO_SUCH_DESCRIPTOR;
}
