// Programmer errors: a claim that must hold, kept in release builds.
// Knows nothing of users' errors (those are Err). A broken claim aborts: the
// database is the only state that has to survive it.
#pragma once

#define REQUIRE(cond)                                                                              \
    do {                                                                                           \
        if (__builtin_expect(!(cond), 0))                                                          \
            require_failed(#cond, __FILE__, __LINE__);                                             \
    } while (0)

_Noreturn void require_failed(const char *claim, const char *file, int line);
_Noreturn void require_memory(void); // out of memory: says so and aborts
