// wasm2c's runtime as its header wasm-rt.h asks for it. Its own (wasm-rt-impl.c) ends the program
// or writes through NULL when there is no memory.
#include "sql/parser_runtime.h"

#include "base/require.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
    SIGNATURE_MAX = 16, // results and parameters of a function
    SIGNATURES_MAX = 128
};

uint32_t wasm_rt_call_stack_depth;
uintptr_t parser_stack_limit;
ParserSandbox *parser_running;

void sandbox_die(ParserSandbox *sandbox, ParserDeath death)
{
    sandbox->death = death;
    longjmp(sandbox->escape, 1);
}

void wasm_rt_trap(wasm_rt_trap_t code)
{
    sandbox_die(parser_running, code == WASM_RT_TRAP_EXHAUSTION ? DEATH_STACK : DEATH_FAULT);
}

bool wasm_rt_is_initialized(void)
{
    return true;
}

char *sandbox_room(ParserSandbox *sandbox, uint32_t address, size_t size)
{
    wasm_rt_memory_t *memory = module_memory(&sandbox->instance);
    if (address == 0 || address > memory->size || size > memory->size - address)
        sandbox_die(sandbox, DEATH_FAULT);
    return (char *)memory->data + address;
}

uint32_t sandbox_word(ParserSandbox *sandbox, uint32_t address)
{
    uint32_t word;
    memcpy(&word, sandbox_room(sandbox, address, sizeof word), sizeof word);
    return word;
}

const char *sandbox_text(ParserSandbox *sandbox, uint32_t address, size_t *ret_length)
{
    if (address == 0)
        return NULL;
    const char *text = sandbox_room(sandbox, address, 1);
    size_t room = module_memory(&sandbox->instance)->size - address;
    size_t length = strnlen(text, room);
    if (length == room)
        sandbox_die(sandbox, DEATH_FAULT);
    if (ret_length)
        *ret_length = length;
    return text;
}

void wasm_rt_allocate_funcref_table(wasm_rt_funcref_table_t *table, uint32_t elements,
                                    uint32_t max_elements)
{
    table->data = calloc(elements, sizeof *table->data);
    table->size = table->data ? elements : 0;
    table->max_size = max_elements;
    if (!table->data)
        sandbox_die(parser_running, DEATH_MEMORY);
}

void wasm_rt_free_funcref_table(wasm_rt_funcref_table_t *table)
{
    free(table->data);
}

typedef struct Signature {
    uint8_t types[SIGNATURE_MAX];
} Signature;

// The number of a signature, from 1: the same for equal ones. Called once for each in a process.
uint32_t wasm_rt_register_func_type(uint32_t parameters, uint32_t results, ...)
{
    static Signature signatures[SIGNATURES_MAX];
    static uint32_t count;
    REQUIRE(parameters + results + 1 < SIGNATURE_MAX);
    Signature signature = {.types = {(uint8_t)(parameters + 1)}};
    va_list types;
    va_start(types, results);
    for (uint32_t i = 0; i < parameters + results; i++)
        signature.types[i + 1] = (uint8_t)(va_arg(types, wasm_rt_type_t) + 1);
    va_end(types);
    uint32_t i = 0;
    while (i < count && memcmp(&signatures[i], &signature, sizeof signature) != 0)
        i++;
    REQUIRE(i < SIGNATURES_MAX);
    if (i == count)
        signatures[count++] = signature;
    return i + 1;
}
