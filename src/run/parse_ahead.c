// Trees go through memory that both processes have at one address, in slots that are filled record
// by record and given back whole. Whoever has nothing to do parses: the asker does not wait for
// what the other has not begun, and the other passes over what the asker has reached.
#include "run/parse_ahead.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    SLOTS = 8,
    SLOT_BYTES = 512 * 1024,
    YIELDS_A_LOOK = 256 // whether the other process still lives
};

typedef struct Record {
    uint64_t number;
    const void *made;
    _Atomic(struct Record *) next;
} Record;

typedef struct Slot {
    _Atomic(Record *) first;
    _Atomic bool is_full; // no record comes any more
    _Alignas(16) char memory[SLOT_BYTES];
} Slot;

typedef struct Shared {
    _Atomic uint64_t asked; // the number that the asker is at
    _Atomic uint64_t left;  // the number that the asker makes itself
    _Atomic uint64_t begun; // the number that is being made, or was last
    _Atomic uint64_t done;  // the number that was made last
    _Atomic int last_slot;  // behind which nothing comes any more; -1: it is not known yet
    Slot slots[SLOTS];
} Shared;

// Each process has its own.
struct ParseAhead {
    Shared *shared;
    pid_t pid; // 0: it has ended, or we are the one that parses
    int link;  // a byte to the one that parses for each slot that is given back
    size_t slot;
    Record *record; // put or taken last, in this slot
    Arena *arena;   // where it parses: the slot's memory
    size_t free;    // slots, as it knows
};

static bool has_second_processor(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 1;
}

// The process that parses

static void open_slot(ParseAhead *ahead)
{
    Slot *slot = &ahead->shared->slots[ahead->slot];
    slot->first = NULL;
    slot->is_full = false;
    arena_free(ahead->arena);
    ahead->arena = arena_new_in(slot->memory, SLOT_BYTES);
    ahead->record = NULL;
}

// Waits for a slot that was given back. False: the asker is gone.
static bool next_slot(ParseAhead *ahead)
{
    Slot *full = &ahead->shared->slots[ahead->slot];
    char bytes[SLOTS];
    ssize_t got = 0;
    while (ahead->free == 0 &&
           ((got = recv(ahead->link, bytes, sizeof bytes, 0)) > 0 || (got < 0 && errno == EINTR)))
        ahead->free += got > 0 ? (size_t)got : 0;
    if (ahead->free == 0)
        return false;
    ahead->free--;
    ahead->slot = (ahead->slot + 1) % SLOTS;
    open_slot(ahead);
    full->is_full = true; // the asker goes on to the one that is open now
    return true;
}

static Record *make_record(ParseAhead *ahead, ParseAheadMake *make, const void *context)
{
    ArenaMark mark = arena_mark(ahead->arena);
    Record *record = arena_new_object(ahead->arena, Record);
    const void *made = make(ahead->arena, context);
    if (!arena_is_inside(ahead->arena)) {
        arena_release(ahead->arena, mark);
        return NULL;
    }
    *record = (Record){.made = made};
    return record;
}

static void append_record(ParseAhead *ahead, Record *record, uint64_t number)
{
    record->number = number;
    if (ahead->record)
        ahead->record->next = record;
    else
        ahead->shared->slots[ahead->slot].first = record;
    ahead->record = record;
}

bool parse_ahead_put(ParseAhead *ahead, uint64_t number, ParseAheadMake *make, const void *context)
{
    Shared *shared = ahead->shared;
    if (shared->asked >= number || shared->left == number)
        return true; // too late
    shared->begun = number;
    Record *record = make_record(ahead, make, context);
    if (!record && ahead->record) {
        if (!next_slot(ahead))
            return false;
        record = make_record(ahead, make, context);
    }
    if (record) // else the asker sees a later number, or none
        append_record(ahead, record, number);
    shared->done = number;
    return true;
}

uint64_t parse_ahead_asked(const ParseAhead *ahead)
{
    return ahead->shared->asked;
}

static _Noreturn void parse_all(ParseAhead *ahead, pid_t asker,
                                void (*produce)(ParseAhead *, void *), void *context)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != asker)
        _exit(0);
    ahead->free = SLOTS - 1;
    open_slot(ahead);
    produce(ahead, context);
    ahead->shared->last_slot = (int)ahead->slot;
    ahead->shared->slots[ahead->slot].is_full = true;
    _exit(0); // what we have from the other process is not ended twice
}

// The one that asks

static void give_up(ParseAhead *ahead)
{
    munmap(ahead->shared, sizeof *ahead->shared);
    close(ahead->link);
    free(ahead);
}

static ParseAhead *prepare(int link[2])
{
    int access = PROT_READ | PROT_WRITE;
    void *shared = mmap(NULL, sizeof(Shared), access, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return NULL;
    ParseAhead *ahead = calloc(1, sizeof *ahead);
    if (!ahead || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, link) < 0) {
        munmap(shared, sizeof(Shared));
        free(ahead);
        return NULL;
    }
    *ahead = (ParseAhead){.shared = shared, .link = link[0]};
    ahead->shared->last_slot = -1;
    return ahead;
}

ParseAhead *parse_ahead_start(void (*produce)(ParseAhead *ahead, void *context), void *context)
{
    int link[2];
    ParseAhead *ahead = has_second_processor() ? prepare(link) : NULL;
    if (!ahead)
        return NULL;
    pid_t asker = getpid();
    ahead->pid = fork();
    if (ahead->pid == 0) {
        close(link[0]);
        ahead->link = link[1];
        parse_all(ahead, asker, produce, context);
    }
    close(link[1]);
    if (ahead->pid > 0)
        return ahead;
    give_up(ahead);
    return NULL;
}

static bool is_alive(ParseAhead *ahead)
{
    if (ahead->pid && waitpid(ahead->pid, NULL, WNOHANG) != 0)
        ahead->pid = 0;
    return ahead->pid != 0;
}

void parse_ahead_stop(ParseAhead *ahead)
{
    if (!ahead)
        return;
    if (ahead->pid) {
        kill(ahead->pid, SIGKILL); // it has nothing to end in order
        while (waitpid(ahead->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    give_up(ahead);
}

void parse_ahead_stop_at(ParseAhead **ahead)
{
    parse_ahead_stop(*ahead);
}

// False: there is none any more. Who has ended in order takes no slot back, and left full ones.
static bool pass_slot(ParseAhead *ahead)
{
    if (ahead->shared->last_slot == (int)ahead->slot)
        return false;
    if (send(ahead->link, "", 1, MSG_NOSIGNAL) != 1 && ahead->shared->last_slot < 0)
        return false;
    ahead->slot = (ahead->slot + 1) % SLOTS;
    ahead->record = NULL;
    return true;
}

// The record behind the last one; NULL: it is not there yet.
static Record *next_record(ParseAhead *ahead, bool *ret_is_last)
{
    Slot *slot = &ahead->shared->slots[ahead->slot];
    bool is_full = slot->is_full; // before: the last record is there when this is seen
    Record *next = ahead->record ? ahead->record->next : slot->first;
    *ret_is_last = is_full && !next;
    return next;
}

bool parse_ahead_leaves(ParseAhead *ahead, uint64_t number, uint64_t next)
{
    if (ahead->shared->begun != number || ahead->shared->done == number)
        return false;
    ahead->shared->left = next;
    return true;
}

const void *parse_ahead_take(ParseAhead *ahead, uint64_t number)
{
    int yields = 0;
    ahead->shared->asked = number;
    while (ahead->pid) {
        bool is_last;
        bool is_coming = ahead->shared->begun == number; // before: it may be put at once
        Record *next = next_record(ahead, &is_last);
        if (is_last && !pass_slot(ahead))
            return NULL;
        if (is_last)
            continue;
        if (next && next->number <= number)
            ahead->record = next;
        if (next && next->number >= number)
            return next->number == number ? next->made : NULL;
        if (!next && !is_coming)
            return NULL;
        if (!next && ++yields % YIELDS_A_LOOK == 0 && !is_alive(ahead))
            return NULL;
        if (!next)
            sched_yield();
    }
    return NULL;
}
