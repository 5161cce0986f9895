#include "base/require.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void require_failed(const char *claim, const char *file, int line)
{
    fprintf(stderr, "migrate-safe: internal error: %s does not hold (%s:%d)\n", claim, file, line);
    abort();
}

_Noreturn void require_memory(void)
{
    fputs("migrate-safe: out of memory\n", stderr);
    abort();
}
