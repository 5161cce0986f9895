#include "cli/server_wait.h"

#include "report/message.h"

enum {
    WAIT_MS = 60 * 1000
};

static void on_begin(void *user, const Err *why, int64_t limit_ms)
{
    Context *context = user;
    fprintf(context->err.stream, "waiting for the server, at most %s: %s\n",
            message_duration(context->arena, limit_ms),
            terminal_line(context->arena, why->message));
    fflush(context->err.stream);
}

static void on_end(void *user, int64_t waited_ms)
{
    Context *context = user;
    fprintf(context->err.stream, "the server was there after %s\n",
            message_duration(context->arena, waited_ms));
}

SessionWait server_wait(Context *context)
{
    const OptionValue *wait = &context->options.values[OPTION_WAIT];
    const OptionValue *limit = &context->options.values[OPTION_WAIT_TIMEOUT];
    // Who types how long means it; --no-wait and a setting do not.
    bool is_typed = limit->where && limit->origin == ORIGIN_FLAG;
    bool is_asked = option_is_set(&context->options, OPTION_WAIT) ||
                    (is_typed && (!wait->where || wait->origin != ORIGIN_FLAG));
    int64_t limit_ms = limit->where ? limit->number : WAIT_MS;
    return (SessionWait){
        .limit_ms = is_asked ? limit_ms : 0,
        .on_begin = on_begin,
        .on_end = on_end,
        .context = context,
    };
}
