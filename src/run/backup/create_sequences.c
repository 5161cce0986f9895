// Sequences obey no snapshot: what counts is what the dump itself sets.
#include "base/text.h"
#include "run/backup/create_private.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    LIST_MAX = 256 << 20
};

// The lines of the table of contents that are about sequences' positions, as a file that has no
// name.
static bool keep_sequences(const Text *list, int *ret_descriptor, bool *ret_has_any, Err *err)
{
    int descriptor = memfd_create("migrate-safe-sequences", MFD_CLOEXEC);
    if (descriptor < 0)
        return fail_errno(err, ERR_IO, errno, "cannot make a file in memory");
    Str line;
    *ret_has_any = false;
    for (Str rest = text_str(list); str_line(&rest, &line);) {
        if (line.n == 0 || *line.p == ';' || str_find(line, STR(" SEQUENCE SET ")) < 0)
            continue;
        *ret_has_any = true;
        if (!client_to_descriptor(&descriptor, (Str){line.p, line.n + 1}, err)) {
            close(descriptor);
            return false;
        }
    }
    (void)lseek(descriptor, 0, SEEK_SET);
    *ret_descriptor = descriptor;
    return true;
}

static bool read_out(Creation *creation, const Client *restore, int list, Err *err)
{
    const char *const arguments[] = {"--use-list=/dev/stdin", "--file=-", creation->entry.path,
                                     NULL};
    TEXT_SCOPED text;
    text_init(&text, LIST_MAX);
    ClientRun run = {
        .arguments = arguments, .input = list, .receive = client_to_text, .context = &text};
    if (!client_run(creation->arena, restore, &run, err))
        return false;
    Str line;
    for (Str rest = text_str(&text); str_line(&rest, &line);)
        if (str_starts(line, STR("SELECT pg_catalog.setval(")))
            contents_add_statement(creation->arena, &creation->contents, line);
    return true;
}

bool create_read_sequences(Creation *creation, Err *err)
{
    static const ClientPlace HERE = {0};
    const char *const arguments[] = {"--list", creation->entry.path, NULL};
    Client restore;
    TEXT_SCOPED list;
    text_init(&list, LIST_MAX);
    ClientRun run = {.arguments = arguments, .receive = client_to_text, .context = &list};
    int descriptor = -1;
    bool has_any = false;
    if (!client_open_restore_alone(creation->arena, &HERE, creation->dump.tool.major, &restore,
                                   err) ||
        !client_run(creation->arena, &restore, &run, err) ||
        !keep_sequences(&list, &descriptor, &has_any, err))
        return err_note(err, "reading the dump's table of contents");
    bool ok = !has_any || read_out(creation, &restore, descriptor, err);
    close(descriptor);
    return ok || err_note(err, "reading the dump's sequences");
}

void create_merge_sequences(Arena *arena, const BackupContents *contents, DataFacts *facts)
{
    __typeof__(facts->sequences) merged = {0};
    DataFacts said = data_facts_sorted(arena, &contents->data);
    VEC_EACH (const SequenceFact, sequence, &facts->sequences) {
        const SequenceFact *set = sequence_fact_find(&said, sequence);
        if (!set)
            continue;
        SequenceFact *kept = vec_append(arena, &merged);
        *kept = *sequence;
        kept->last_value = set->last_value;
        kept->is_called = set->is_called;
    }
    facts->sequences = merged;
}
