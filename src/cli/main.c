// The program: command line in, one command, exit code out.
#include "cli/help.h"
#include "cli/parse.h"
#include "cli/settings.h"
#include "cli/workspace.h"
#include "config.h"
#include "io/interrupt.h"
#include "report/message.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#define IS_SANITIZED __has_feature(address_sanitizer) // clang's way to say it
#else
#define IS_SANITIZED 0
#endif

static int run_command(Context *context, const Command *command)
{
    Err err = {0};
    const Command *status = command_find(STR("status"));
    context->command = command ? command->name : status->name;
    bool needs_settings = !command || !command->needs_nothing;
    if (needs_settings && !settings_load(context, &err))
        return command_fail(context, &err);
    if (command)
        return command->run(context);
    int exit_code = status->run(context);
    fputs("help: migrate-safe help\n", context->err.stream);
    return exit_code;
}

// A command line that is wrong before its --json is answered with a document all the same.
static bool asks_for_json(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--json") == 0)
            return true;
    return false;
}

static int run_program(Context *context, int argc, char **argv)
{
    Err err = {0};
    const Command *command = NULL;
    bool ok = parse_command_line(context, argc, argv, &command, &err);
    context->is_json = option_is_set(&context->options, OPTION_JSON);
    context->command = command ? command->name : "";
    if (!ok) {
        context->is_json = asks_for_json(argc, argv);
        return command_fail(context, &err);
    }
    if (option_is_set(&context->options, OPTION_VERSION)) {
        printf("migrate-safe %s\n", MIGRATE_SAFE_VERSION);
        return 0;
    }
    if (!option_is_set(&context->options, OPTION_HELP))
        return run_command(context, command);
    if (context->group)
        help_group(stdout, command_group_find(str_from(context->group)));
    else if (command)
        help_command(stdout, command);
    else
        help_overview(stdout);
    return 0;
}

// A reader that has seen enough, such as head; of an earlier write's failure errno is gone.
static bool is_reader_gone(int saved_errno)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return saved_errno == EPIPE || (poll(&out, 1, 0) > 0 && (out.revents & POLLERR));
}

// What a script was to read and did not get is a failure, also when the command did its work.
static int finish_output(const Context *context, int exit_code)
{
    bool is_flushed = fflush(stdout) == 0;
    int saved_errno = is_flushed ? 0 : errno;
    if (is_flushed && !ferror(stdout))
        return exit_code;
    Err err = {0};
    fail(&err, ERR_IO, "stdout could not be written%s%s", saved_errno ? ": " : "",
         saved_errno ? strerror(saved_errno) : "");
    err_hint(&err, "what was done is done: migrate-safe status");
    if (!is_reader_gone(saved_errno))
        message_error(&context->err, &err);
    return exit_code ? exit_code : err_exit_code(ERR_IO);
}

// With `>&-` a socket or a file would get the number of stdout, and what we print with it.
static void open_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        int opened = fcntl(fd, F_GETFD) == -1 ? open("/dev/null", O_RDWR) : fd;
        if (opened != fd)
            abort();
    }
}

int main(int argc, char **argv)
{
    open_standard_descriptors();
    setlocale(LC_CTYPE, "");
    interrupt_install();
    Arena *arena = arena_new();
    Context context = {
        .arena = arena,
        .out = terminal_of(stdout),
        .err = terminal_of(stderr),
        .program = argv[0],
    };
    int exit_code = finish_output(&context, run_program(&context, argc, argv));
#if IS_SANITIZED
    arena_free(arena); // otherwise the system takes it back, which is faster
#endif
    return exit_code;
}
