// What the generated C of the parser needs from its host, beside the functions that it imports.
// Refuses to know what the module does. Invariant: its memory and its functions are reached through
// checks only, and a failed check ends the call, never the program.
#pragma once

#include "pg_query_module.h"

#include <stddef.h>

// A point that a longjmp inside of the module returns to: one for each invoke_ that is running.
typedef struct JumpPoint {
    struct JumpPoint *outer;
    uint32_t depth; // of calls, which wasm2c counts
    uint32_t stack; // the module's own
    jmp_buf buffer;
} JumpPoint;

typedef enum ParserDeath {
    DEATH_NONE,
    DEATH_STACK,
    DEATH_MEMORY,
    DEATH_RESERVATION, // no addresses for it
    DEATH_FAULT,       // a trap, a failed assertion, an exit
} ParserDeath;

// The sandbox: its one instance, and how a call leaves it early.
struct MODULE_HOST {
    MODULE_INSTANCE instance;
    JumpPoint *innermost;
    jmp_buf escape;
    ParserDeath death;
    size_t memory_limit;
    char *reserved; // where its memory is, and all that it could name
    bool is_denied; // it asked for more memory than there is
};
typedef struct MODULE_HOST ParserSandbox;

// The one that runs; traps do not say whose they are.
extern ParserSandbox *parser_running;

// Leaves the call that runs.
_Noreturn void sandbox_die(ParserSandbox *sandbox, ParserDeath death);

// Reads of its memory; an address outside of it dies.
uint32_t sandbox_word(ParserSandbox *sandbox, uint32_t address);
// A text that ends with NUL; NULL for address 0.
const char *sandbox_text(ParserSandbox *sandbox, uint32_t address, size_t *ret_length);
char *sandbox_room(ParserSandbox *sandbox, uint32_t address, size_t size);
