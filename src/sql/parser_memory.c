// The module's memory: addresses are reserved, and what it may use of them is opened as it grows.
// No access is checked by code: all that 32 bits of address and 32 bits of offset can name lies in
// the reservation, and what is not open there may be neither read nor written.
#include "sql/parser_runtime.h"

#include <signal.h>
#include <sys/mman.h>

enum {
    PAGE_SIZE = 65536
};

static const size_t RESERVED = (size_t)8 << 30;
static struct sigaction outer_handler;

static void on_fault(int signal, siginfo_t *info, void *context)
{
    (void)context;
    const char *at = info->si_addr;
    const char *data = parser_running ? parser_running->reserved : NULL;
    if (data && at >= data && at < data + RESERVED)
        sandbox_die(parser_running, DEATH_FAULT);
    sigaction(signal, &outer_handler, NULL); // not ours: the access is made again, and ends there
}

static void watch_faults(void)
{
    struct sigaction before;
    // not blocked while it runs: it is left by a jump
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
    if (sigaction(SIGSEGV, &action, &before) == 0 && before.sa_sigaction != on_fault)
        outer_handler = before;
}

static bool open_pages(const wasm_rt_memory_t *memory, uint64_t pages)
{
    return pages * PAGE_SIZE <= parser_running->memory_limit &&
           mprotect(memory->data, pages * PAGE_SIZE, PROT_READ | PROT_WRITE) == 0;
}

void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint32_t initial_pages, uint32_t max_pages)
{
    watch_faults();
    void *data =
        mmap(NULL, RESERVED, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (data == MAP_FAILED)
        sandbox_die(parser_running, DEATH_RESERVATION);
    memory->data = data;
    // The grammar's tables are read all over for each word of a statement.
    (void)madvise(data, (size_t)initial_pages * PAGE_SIZE, MADV_HUGEPAGE);
    parser_running->reserved = data;
    if (!open_pages(memory, initial_pages))
        sandbox_die(parser_running, DEATH_MEMORY);
    memory->pages = initial_pages;
    memory->size = memory->pages * PAGE_SIZE;
    memory->max_pages = max_pages;
}

uint32_t wasm_rt_grow_memory(wasm_rt_memory_t *memory, uint32_t delta)
{
    ParserSandbox *sandbox = parser_running;
    uint64_t pages = (uint64_t)memory->pages + delta;
    uint32_t old = memory->pages;
    if (pages > memory->max_pages || pages >= UINT32_MAX / PAGE_SIZE ||
        !open_pages(memory, pages)) {
        sandbox->is_denied = true;
        return UINT32_MAX;
    }
    memory->pages = (uint32_t)pages;
    memory->size = memory->pages * PAGE_SIZE;
    return old;
}

void wasm_rt_free_memory(wasm_rt_memory_t *memory)
{
    if (memory->data)
        (void)munmap(memory->data, RESERVED);
    memory->data = NULL;
}
