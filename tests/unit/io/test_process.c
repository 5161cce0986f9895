#include "io/process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/clock.h"
#include "io/file.h"
#include "io/interrupt.h"

#define ARGV(...) ((const char *const[]){__VA_ARGS__, NULL})

typedef struct Captured {
    Text out;
    Text error_out;
    int exit_code;
} Captured;

static void captured_done(Captured *captured)
{
    text_done(&captured->out);
    text_done(&captured->error_out);
}
#define CAPTURED_SCOPED __attribute__((cleanup(captured_done))) Captured

static Captured run(ProcessOptions options)
{
    Captured captured;
    text_init(&captured.out, 1 << 22);
    text_init(&captured.error_out, 1 << 22);
    Err err = {0};
    if (!process_run(&options, &captured.out, &captured.error_out, &captured.exit_code, &err))
        fail_msg("%s", err.message);
    return captured;
}

static Captured run_shell(const char *script)
{
    return run((ProcessOptions){.argv = ARGV("sh", "-c", script)});
}

static void captures_both_streams_apart(void **state)
{
    CAPTURED_SCOPED captured = run_shell("echo out; echo err >&2; exit 7");
    assert_string_equal(text_cstr(&captured.out), "out\n");
    assert_string_equal(text_cstr(&captured.error_out), "err\n");
    assert_int_equal(captured.exit_code, 7);
}

static void captures_more_than_pipes_hold_on_both_at_once(void **state)
{
    CAPTURED_SCOPED captured =
        run_shell("head -c 1000000 /dev/zero & head -c 1000000 /dev/zero >&2; wait");
    assert_int_equal(captured.out.len, 1000000);
    assert_int_equal(captured.error_out.len, 1000000);
}

static void output_beyond_the_maximum_is_cut_and_the_child_still_ends(void **state)
{
    TEXT_SCOPED out;
    text_init(&out, 10);
    Err err = {0};
    int exit_code = -1;
    ProcessOptions options = {.argv = ARGV("head", "-c", "500000", "/dev/zero")};
    assert_true(process_run(&options, &out, NULL, &exit_code, &err));
    assert_int_equal(exit_code, 0);
    assert_int_equal(out.len, 10);
    assert_true(out.is_cut);
}

static bool count_bytes(void *context, Str piece, Err *err)
{
    size_t *count = context;
    *count += piece.n;
    return true;
}

static void a_stream_has_no_maximum(void **state)
{
    Err err = {0};
    size_t count = 0;
    int exit_code = -1;
    TEXT_SCOPED error_out;
    text_init(&error_out, 100);
    ProcessOptions options = {
        .argv = ARGV("sh", "-c", "head -c 20000000 /dev/zero; echo done >&2; exit 3")};
    assert_true(process_stream(&options, count_bytes, &count, &error_out, &exit_code, &err));
    assert_int_equal(count, 20000000);
    assert_int_equal(exit_code, 3);
    assert_string_equal(text_cstr(&error_out), "done\n");
}

static bool refuse(void *context, Str piece, Err *err)
{
    size_t *count = context;
    ++*count;
    *err = (Err){.class = ERR_IO, .message = "no more room"};
    return false;
}

static void a_stream_that_is_refused_ends_the_child(void **state)
{
    Err err = {0};
    size_t count = 0;
    int exit_code = -1;
    ProcessOptions options = {.argv = ARGV("yes")};
    assert_false(process_stream(&options, refuse, &count, NULL, &exit_code, &err));
    assert_string_equal(err.message, "no more room");
    assert_int_equal(count, 1); // not asked again
    assert_int_equal(exit_code, -1);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); // no zombie is left
}

static void arguments_meet_no_shell(void **state)
{
    CAPTURED_SCOPED captured =
        run((ProcessOptions){.argv = ARGV("printf", "%s|", "$HOME; `id`", "", "a b\n")});
    assert_string_equal(text_cstr(&captured.out), "$HOME; `id`||a b\n|");
}

static void a_missing_program_is_an_error_not_an_exit_code(void **state)
{
    Err err = {0};
    Process process = {0};
    ProcessOptions options = {.argv = ARGV("no-such-program-here")};
    assert_false(process_start(&options, &process, &err));
    assert_int_equal(process.pid, 0);
    assert_int_equal(err.class, ERR_IO);
    assert_string_equal(err.message,
                        "cannot execute no-such-program-here: No such file or directory");
    assert_true(err.hint[0] != '\0');
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); // no zombie is left
    assert_int_equal(errno, ECHILD);
}

static void a_file_without_execute_permission_says_so(void **state)
{
    Err err = {0};
    Process process = {0};
    ProcessOptions options = {.argv = ARGV("/etc/passwd")};
    assert_false(process_start(&options, &process, &err));
    assert_string_equal(err.message, "cannot execute /etc/passwd: Permission denied");
    assert_non_null(strstr(err.hint, "chmod a+rx /etc/passwd"));
}

static void a_missing_directory_and_output_file_are_named(void **state)
{
    Err err = {0};
    Process process = {0};
    ProcessOptions options = {.argv = ARGV("true"), .directory = "/no/such"};
    assert_false(process_start(&options, &process, &err));
    assert_string_equal(err.message, "cannot enter directory /no/such: No such file or directory");
    options = (ProcessOptions){.argv = ARGV("true"), .output_file = "/no/such/log"};
    assert_false(process_start(&options, &process, &err));
    assert_string_equal(err.message, "cannot write to /no/such/log: No such file or directory");
}

static void death_by_signal_is_128_and_the_signal(void **state)
{
    CAPTURED_SCOPED captured = run_shell("kill -KILL $$");
    assert_int_equal(captured.exit_code, 128 + SIGKILL);
}

static void input_is_empty_unless_given(void **state)
{
    CAPTURED_SCOPED empty = run((ProcessOptions){.argv = ARGV("cat")});
    assert_int_equal(empty.out.len, 0);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "given", 5), 5);
    close(ends[1]);
    CAPTURED_SCOPED given = run((ProcessOptions){.argv = ARGV("cat"), .input = ends[0]});
    assert_string_equal(text_cstr(&given.out), "given");
    assert_int_equal(close(ends[0]), 0); // it stayed ours
}

static void environment_is_added_replaced_or_all_there_is(void **state)
{
    setenv("PROCESS_OLD", "old", 1);
    setenv("PROCESS_OLDER", "older", 1);
    const char *const script = "echo $PROCESS_OLD,$PROCESS_OLDER,$PROCESS_NEW";
    CAPTURED_SCOPED added = run((ProcessOptions){
        .argv = ARGV("sh", "-c", script), .env = ARGV("PROCESS_OLD=changed", "PROCESS_NEW=new")});
    assert_string_equal(text_cstr(&added.out), "changed,older,new\n");
    CAPTURED_SCOPED alone =
        run((ProcessOptions){.argv = ARGV("env"), .env = ARGV("A=b"), .has_own_environment = true});
    assert_string_equal(text_cstr(&alone.out), "A=b\n");
}

static void starts_in_the_directory(void **state)
{
    CAPTURED_SCOPED captured = run((ProcessOptions){.argv = ARGV("pwd"), .directory = "/"});
    assert_string_equal(text_cstr(&captured.out), "/\n");
}

static void signals_and_descriptors_are_not_inherited(void **state)
{
    signal(SIGPIPE, SIG_IGN);
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    int leaked = open("/dev/null", O_RDONLY);
    // not from a shell: dash blocks everything while it waits
    CAPTURED_SCOPED signals =
        run((ProcessOptions){.argv = ARGV("grep", "-E", "^Sig(Blk|Ign):", "/proc/self/status")});
    CAPTURED_SCOPED descriptors = run((ProcessOptions){.argv = ARGV("ls", "-1", "/proc/self/fd")});
    sigprocmask(SIG_UNBLOCK, &blocked, NULL);
    signal(SIGPIPE, SIG_DFL);
    close(leaked);
    unsigned long long masks[2] = {1, 1};
    assert_int_equal(
        sscanf(text_cstr(&signals.out), "SigBlk: %llx SigIgn: %llx", &masks[0], &masks[1]), 2);
    assert_true(masks[0] == 0);
    // Signals 32 and 33 are the C library's own: a parent that used posix_spawn leaves them
    // ignored, and nobody can change that.
    assert_true((masks[1] & ~0x180000000ULL) == 0);
    assert_string_equal(text_cstr(&descriptors.out), "0\n1\n2\n3\n"); // 3 is ls's own
}

static void a_grandchild_that_keeps_the_pipe_does_not_keep_us(void **state)
{
    int64_t since = clock_monotonic_us();
    CAPTURED_SCOPED captured = run_shell("sleep 60 & echo $!");
    assert_true(clock_elapsed_ms(since) < 30000);
    int grandchild = (int)strtol(text_cstr(&captured.out), NULL, 10);
    assert_true(grandchild > 1);
    assert_int_equal(kill(grandchild, SIGKILL), 0);
}

static void wait_looks_waits_and_ends(void **state)
{
    Err err = {0};
    Process process;
    int status = 0;
    ProcessOptions options = {.argv = ARGV("sleep", "60"), .death_signal = SIGKILL};
    assert_true(process_start(&options, &process, &err));
    assert_false(process_wait(&process, 0, &status));
    assert_false(process_wait(&process, 20, &status));
    process_signal(&process, SIGTERM);
    assert_true(process_wait(&process, 10000, &status));
    assert_int_equal(process_exit_code(status), 128 + SIGTERM);
    assert_int_equal(process.pid, 0);
    process_signal(&process, SIGTERM); // nobody: must not signal our own group
}

static void output_file_takes_both_streams_at_its_end(void **state)
{
    char path[] = "/tmp/migrate-safe-test-XXXXXX";
    int file = mkstemp(path);
    assert_int_equal(write(file, "before\n", 7), 7);
    Err err = {0};
    Process process;
    int status;
    ProcessOptions options = {.argv = ARGV("sh", "-c", "echo out; echo err >&2"),
                              .output_file = path};
    assert_true(process_start(&options, &process, &err));
    assert_true(process_wait(&process, -1, &status));
    char text[64] = "";
    assert_int_equal(pread(file, text, sizeof text - 1, 0), 15);
    assert_string_equal(text, "before\nout\nerr\n");
    close(file);
    unlink(path);
}

// Gone, or dead and not waited for: a container's first process may not reap orphans.
static bool is_gone_within(pid_t pid, int milliseconds)
{
    ARENA_SCOPED arena = arena_new();
    for (int waited = 0; waited < milliseconds; waited += 10) {
        Str status;
        Err gone;
        if (!file_read(arena, arena_printf(arena, "/proc/%d/status", (int)pid), 10000, &status,
                       &gone) ||
            str_find(status, STR("State:\tZ")) >= 0)
            return true;
        clock_sleep_ms(10);
    }
    return false;
}

static void the_child_gets_its_death_signal_when_we_are_killed(void **state)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t middle = fork();
    if (middle == 0) {
        Err err;
        Process process = {0};
        ProcessOptions options = {
            .argv = ARGV("sleep", "600"), .death_signal = SIGTERM, .has_own_session = true};
        bool is_started = process_start(&options, &process, &err);
        pid_t pid = is_started ? process.pid : 0;
        if (write(ends[1], &pid, sizeof pid) == (ssize_t)sizeof pid)
            pause();
        _exit(1);
    }
    pid_t child = 0;
    assert_int_equal(read(ends[0], &child, sizeof child), sizeof child);
    assert_true(child > 0);
    assert_int_equal(kill(child, 0), 0);
    kill(middle, SIGKILL);
    waitpid(middle, NULL, 0);
    assert_true(is_gone_within(child, 10000));
    close(ends[0]);
    close(ends[1]);
}

static void root_can_become_somebody_else_without_other_groups(void **state)
{
    if (geteuid() != 0)
        skip();
    gid_t extra = 4;
    gid_t before[64];
    int count = getgroups(64, before);
    assert_true(count >= 0);
    assert_int_equal(setgroups(1, &extra), 0);
    CAPTURED_SCOPED captured = run(
        (ProcessOptions){.argv = ARGV("sh", "-c", "id -u; id -G"), .user = 65534, .group = 65534});
    assert_int_equal(setgroups((size_t)count, before), 0);
    assert_string_equal(text_cstr(&captured.out), "65534\n65534\n");
}

typedef struct Ticks {
    int count;
    int release; // the child reads from the other end
} Ticks;

static void count_tick(void *context)
{
    Ticks *ticks = context;
    if (++ticks->count == 3) // the child waits for it: it cannot end before
        assert_int_equal(write(ticks->release, "\n", 1), 1);
}

static void a_child_that_is_silent_is_told_of(void **state)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    Ticks ticks = {.release = ends[1]};
    CAPTURED_SCOPED got = run((ProcessOptions){.argv = ARGV("sh", "-c", "read line; echo done"),
                                               .input = ends[0],
                                               .tick_ms = 1,
                                               .on_tick = count_tick,
                                               .tick_context = &ticks});
    assert_string_equal(text_cstr(&got.out), "done\n");
    assert_true(ticks.count >= 3);
    close(ends[0]);
    close(ends[1]);
}

static void both_streams_come_joined_in_their_order(void **state)
{
    CAPTURED_SCOPED captured = run((ProcessOptions){
        .argv = ARGV("sh", "-c", "echo a; echo b >&2; echo c; echo d >&2"), .joins_output = true});
    assert_string_equal(text_cstr(&captured.out), "a\nb\nc\nd\n");
    assert_string_equal(text_cstr(&captured.error_out), "");
}

// Runs it late and returns what the error says; what it has printed goes to `out`.
static Err run_late(const char *script, int timeout_ms, Text *out)
{
    Err err = {0};
    int exit_code = -1;
    ProcessOptions options = {.argv = ARGV("sh", "-c", script),
                              .has_own_session = true,
                              .joins_output = true,
                              .timeout_ms = timeout_ms};
    assert_false(process_run(&options, out, NULL, &exit_code, &err));
    assert_int_equal(exit_code, -1);
    assert_int_equal(err.class, ERR_IO);
    return err;
}

static void a_child_that_is_late_is_ended(void **state)
{
    TEXT_SCOPED out;
    text_init(&out, 1000);
    Err err = run_late(
        "exec 2>/dev/null; trap 'echo told; exit 0' TERM; echo begun; while :; do sleep 0.05; done",
        300, &out);
    assert_string_equal(err.message, "sh did not end within 0.3 s, and was ended");
    assert_string_equal(text_cstr(&out), "begun\ntold\n");
}

static bool is_running(pid_t pid)
{
    char state = 'Z';
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    if (fscanf(file, "%*d %*s %c", &state) != 1)
        state = 'Z';
    fclose(file);
    return state != 'Z' && state != 'X'; // one that its reaper has not yet waited for is dead
}

static void what_a_late_child_has_started_is_ended_too(void **state)
{
    TEXT_SCOPED out;
    text_init(&out, 1000);
    // Neither ends by SIGTERM.
    run_late("trap '' TERM; (trap '' TERM; while :; do sleep 0.05; done) & echo $!; "
             "while :; do sleep 0.05; done",
             200, &out);
    pid_t grandchild = (pid_t)strtol(text_cstr(&out), NULL, 10);
    assert_true(grandchild > 1);
    for (int i = 0; i < 1000 && is_running(grandchild); i++)
        usleep(1000);
    assert_false(is_running(grandchild));
}

static void what_a_child_in_time_leaves_behind_goes_on(void **state)
{
    CAPTURED_SCOPED captured =
        run((ProcessOptions){.argv = ARGV("sh", "-c", "sleep 100 >/dev/null 2>&1 & echo $!"),
                             .has_own_session = true,
                             .timeout_ms = 60000});
    pid_t daemon_pid = (pid_t)strtol(text_cstr(&captured.out), NULL, 10);
    assert_true(daemon_pid > 1 && is_running(daemon_pid));
    assert_int_equal(kill(daemon_pid, SIGKILL), 0);
}

static void an_interrupt_ends_the_child(void **state)
{
    interrupt_install();
    Err err = {0};
    int exit_code = -1;
    char script[64];
    snprintf(script, sizeof script, "kill -TERM %d; exec sleep 600", (int)getpid());
    ProcessOptions options = {.argv = ARGV("sh", "-c", script)};
    assert_false(process_run(&options, NULL, NULL, &exit_code, &err));
    assert_int_equal(err.class, ERR_INTERRUPTED);
    assert_string_equal(err.message, "sh was interrupted");
    // what tidies up afterwards runs to its end
    options.argv = ARGV("true");
    assert_true(process_run(&options, NULL, NULL, &exit_code, &err));
    assert_int_equal(exit_code, 0);
}

int main(void)
{
    setenv("PATH", "/usr/bin:/bin", 1); // a directory closed to us would turn ENOENT to EACCES
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(captures_both_streams_apart),
        cmocka_unit_test(captures_more_than_pipes_hold_on_both_at_once),
        cmocka_unit_test(output_beyond_the_maximum_is_cut_and_the_child_still_ends),
        cmocka_unit_test(a_stream_has_no_maximum),
        cmocka_unit_test(a_stream_that_is_refused_ends_the_child),
        cmocka_unit_test(arguments_meet_no_shell),
        cmocka_unit_test(a_missing_program_is_an_error_not_an_exit_code),
        cmocka_unit_test(a_file_without_execute_permission_says_so),
        cmocka_unit_test(a_missing_directory_and_output_file_are_named),
        cmocka_unit_test(death_by_signal_is_128_and_the_signal),
        cmocka_unit_test(input_is_empty_unless_given),
        cmocka_unit_test(environment_is_added_replaced_or_all_there_is),
        cmocka_unit_test(starts_in_the_directory),
        cmocka_unit_test(signals_and_descriptors_are_not_inherited),
        cmocka_unit_test(a_grandchild_that_keeps_the_pipe_does_not_keep_us),
        cmocka_unit_test(wait_looks_waits_and_ends),
        cmocka_unit_test(output_file_takes_both_streams_at_its_end),
        cmocka_unit_test(the_child_gets_its_death_signal_when_we_are_killed),
        cmocka_unit_test(root_can_become_somebody_else_without_other_groups),
        cmocka_unit_test(a_child_that_is_silent_is_told_of),
        cmocka_unit_test(both_streams_come_joined_in_their_order),
        cmocka_unit_test(a_child_that_is_late_is_ended),
        cmocka_unit_test(what_a_late_child_has_started_is_ended_too),
        cmocka_unit_test(what_a_child_in_time_leaves_behind_goes_on),
        cmocka_unit_test(an_interrupt_ends_the_child), // last: the state stays
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
