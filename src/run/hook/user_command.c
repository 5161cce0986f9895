#include "run/hook/user_command.h"

#include "base/masked.h"
#include "io/process.h"
#include "run/hook/hook_output.h"

#include <signal.h>

enum {
    CAUSE_SHOWN = 300
};

static bool take(void *context, Str piece, Err *err)
{
    (void)err;
    hook_output_take(context, piece);
    return true;
}

static bool said_no(Arena *arena, const UserCommand *command, const HookOutput *output,
                    int exit_code, Err *err)
{
    Str last = str_from(masked_output(arena, text_cstr(&output->last), command->secrets));
    const char *program = masked_output(arena, command->argv[0], command->secrets);
    const char *how = exit_code > 128
                          ? arena_printf(arena, "was ended by signal %d", exit_code - 128)
                          : arena_printf(arena, "ended with %d", exit_code);
    if (last.n > CAUSE_SHOWN)
        last.n = CAUSE_SHOWN;
    return fail(err, ERR_CHECK, "%s: %s %s%s" STR_FMT, command->name, program, how,
                last.n ? ": " : "", STR_ARG(last));
}

bool user_command_run(Arena *arena, const UserCommand *command, const EventSink *sink, Err *err)
{
    HOOK_OUTPUT_SCOPED output;
    int exit_code = -1;
    ProcessOptions options = {
        .argv = command->argv,
        .env = command->environment,
        .death_signal = SIGTERM,
        .has_own_session = true,
        .joins_output = true,
        .timeout_ms = (int)(command->timeout_ms ? command->timeout_ms : USER_COMMAND_TIMEOUT_MS),
    };
    hook_output_init(&output, command->name, sink, command->secrets);
    bool is_run = process_stream(&options, take, &output, NULL, &exit_code, err);
    hook_output_finish(&output);
    if (is_run)
        return exit_code == 0 || said_no(arena, command, &output, exit_code, err);
    if (err->class != ERR_INTERRUPTED)
        err->class = ERR_CHECK;
    return err_note(err, "%s", command->name);
}
