#include "run/hook/hook_output.h"

#include "base/masked.h"

#include <string.h>

enum {
    HEAD_BYTES = 64 * 1024,
    TAIL_BYTES = 64 * 1024,
    LINE_BYTES = 8 * 1024
};

void hook_output_init(HookOutput *output, const char *subject, const EventSink *sink,
                      const Words *secrets)
{
    *output = (HookOutput){.subject = subject, .sink = sink, .secrets = secrets};
    text_init(&output->line, LINE_BYTES * 2);
    text_init(&output->last, LINE_BYTES * 2);
    text_init(&output->kept, TAIL_BYTES * 2 + LINE_BYTES * 4);
}

void hook_output_done(HookOutput *output)
{
    text_done(&output->line);
    text_done(&output->last);
    text_done(&output->kept);
}

static void tell(const HookOutput *output, Str line)
{
    ARENA_SCOPED scratch = arena_new();
    const char *shown = masked_output(scratch, arena_dup(scratch, line), output->secrets);
    event_emit(output->sink,
               &(Event){.kind = EVENT_HOOK_OUTPUT,
                        .subject = output->subject,
                        .message = arena_printf(scratch, "%s: %s", output->subject, shown)});
}

// Of a line that was cut the end may be the beginning of a secret.
static size_t longest_secret(const HookOutput *output)
{
    size_t longest = 0;
    for (size_t i = 0; output->secrets && i < output->secrets->len; i++) {
        size_t length = strlen(output->secrets->items[i]);
        longest = length > longest ? length : longest;
    }
    return longest;
}

// The older half goes, whole lines of it.
static void drop_old(HookOutput *output)
{
    Text *kept = &output->kept;
    size_t from = kept->len - TAIL_BYTES;
    while (from < kept->len && kept->data[from - 1] != '\n')
        from++;
    output->dropped_lines += (int64_t)str_count_lines((Str){kept->data, from});
    memmove(kept->data, kept->data + from, kept->len - from);
    text_truncate(kept, kept->len - from);
}

static void keep_or_tell(HookOutput *output, Str line)
{
    if (str_trim(line).n == 0)
        return;
    text_clear(&output->last);
    text_append(&output->last, str_trim(line));
    if (output->told_bytes + line.n <= HEAD_BYTES && !output->kept.len) {
        output->told_bytes += line.n;
        tell(output, line);
        return;
    }
    text_append(&output->kept, line);
    text_append_char(&output->kept, '\n');
    if (output->kept.len > (size_t)TAIL_BYTES * 2)
        drop_old(output);
}

static void end_line(HookOutput *output)
{
    Text *line = &output->line;
    if (output->is_cut) {
        size_t secret = longest_secret(output);
        text_truncate(line, secret < LINE_BYTES ? line->len - secret : 0);
        text_printf(line, " ... (a line of more than %d bytes)", LINE_BYTES);
        output->is_cut = false;
    }
    keep_or_tell(output, text_str(line));
    text_clear(line);
}

void hook_output_take(HookOutput *output, Str piece)
{
    for (size_t i = 0; i < piece.n; i++) {
        char c = piece.p[i];
        if (c == '\n' || c == '\r') // a bar that is drawn over and over is many lines
            end_line(output);
        else if (output->line.len == LINE_BYTES)
            output->is_cut = true;
        else
            text_append_char(&output->line, c ? c : ' ');
    }
}

void hook_output_finish(HookOutput *output)
{
    Str line;
    end_line(output);
    Str rest = text_str(&output->kept);
    if (output->dropped_lines) {
        ARENA_SCOPED scratch = arena_new();
        tell(output, str_from(arena_printf(scratch, "... %lld lines are left out here ...",
                                           (long long)output->dropped_lines)));
    }
    while (str_line(&rest, &line))
        tell(output, line);
    text_clear(&output->kept);
    output->dropped_lines = 0;
}
