#include "run/signature.h"

#include "base/text.h"
#include "check/approval_text.h"
#include "io/file.h"
#include "io/process.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    OUTPUT_MAX = 64 * 1024
};

// A folder for the two files that ssh-keygen wants, ours alone.
typedef struct Desk {
    char folder[64];
    const char *text;
    const char *signature;
} Desk;

static void desk_done(Desk *desk)
{
    Err ignored = {0};
    if (desk->folder[0] && !file_remove_tree(desk->folder, &ignored))
        return; // it is in /tmp, with what everybody may read
}

static bool desk_open(Arena *arena, Str text, Desk *desk, Err *err)
{
    snprintf(desk->folder, sizeof desk->folder, "/tmp/migrate-safe-sign-XXXXXX");
    if (!mkdtemp(desk->folder)) {
        int saved = errno;
        desk->folder[0] = '\0';
        return fail_errno(err, ERR_IO, saved, "cannot make a folder in /tmp");
    }
    desk->text = arena_printf(arena, "%s/text", desk->folder);
    desk->signature = arena_printf(arena, "%s/text.sig", desk->folder);
    return file_write_new(desk->text, text, 0600, err);
}

static bool run_keygen(const char *const *argv, int input, Text *out, Text *error_out,
                       int *ret_exit_code, Err *err)
{
    ProcessOptions options = {.argv = argv, .input = input};
    if (process_run(&options, out, error_out, ret_exit_code, err))
        return true;
    if (err->class == ERR_IO)
        err_hint(err, "install it: apt-get install openssh-client");
    return false;
}

// The first line that says something.
static const char *first_line(Arena *arena, const Text *output)
{
    Str rest = text_str(output);
    Str line;
    while (str_line(&rest, &line))
        if (line.n && line.p[0] != '\r')
            return arena_dup(arena, line);
    return "ssh-keygen said nothing";
}

bool signature_make(Arena *arena, const char *key, Str text, const char **ret_signature, Err *err)
{
    __attribute__((cleanup(desk_done))) Desk desk = {0};
    TEXT_SCOPED out;
    TEXT_SCOPED said;
    Str signature;
    int exit_code;
    text_init(&out, OUTPUT_MAX);
    text_init(&said, OUTPUT_MAX);
    if (!file_exists(key)) {
        fail(err, ERR_IO, "there is no key %s", key);
        return err_hint(err, "make one: ssh-keygen -t ed25519 -f %s", key);
    }
    if (!desk_open(arena, text, &desk, err))
        return false;
    const char *argv[] = {"ssh-keygen",       "-Y", "sign",    "-f", key, "-n",
                          APPROVAL_NAMESPACE, "--", desk.text, NULL};
    if (!run_keygen(argv, 0, &out, &said, &exit_code, err))
        return false;
    if (exit_code || !file_exists(desk.signature)) {
        fail(err, ERR_CHECK, "%s was not signed with: %s", key, first_line(arena, &said));
        return err_hint(err, "is it a private key, or does an agent have it (ssh-add -l)?");
    }
    if (!file_read(arena, desk.signature, OUTPUT_MAX, &signature, err))
        return false;
    *ret_signature = signature.p;
    return true;
}

// Names that a line of the file has for the key; each may be a pattern.
static bool find_principals(Arena *arena, const Desk *desk, const char *allowed_signers,
                            Words *ret_patterns, const char **ret_why, Err *err)
{
    TEXT_SCOPED out;
    TEXT_SCOPED said;
    int exit_code;
    const char *argv[] = {"ssh-keygen",    "-Y", "find-principals", "-s",
                          desk->signature, "-f", allowed_signers,   NULL};
    text_init(&out, OUTPUT_MAX);
    text_init(&said, OUTPUT_MAX);
    if (!run_keygen(argv, 0, &out, &said, &exit_code, err))
        return false;
    Str rest = text_str(&out);
    for (Str line; exit_code == 0 && str_line(&rest, &line);)
        if (line.n)
            *vec_append(arena, ret_patterns) = arena_dup(arena, line);
    if (!ret_patterns->len)
        *ret_why = arena_printf(arena, "its key is not in %s", allowed_signers);
    return true;
}

static bool is_pattern(const char *name)
{
    return strpbrk(name, "*?!") != NULL;
}

// Those that are wanted first.
static void candidates_of(Arena *arena, const Words *patterns, const Words *wanted,
                          Words *ret_names)
{
    VEC_EACH (const char *const, name, wanted)
        VEC_EACH (const char *, pattern, patterns)
            if (strcmp(*pattern, *name) == 0 ||
                (is_pattern(*pattern) && fnmatch(*pattern, *name, 0) == 0))
                *vec_append(arena, ret_names) = *name;
    VEC_EACH (const char *, pattern, patterns)
        if (!is_pattern(*pattern))
            *vec_append(arena, ret_names) = *pattern;
}

// "Good ... signature for NAME with ED25519 key SHA256:..."
static const char *fingerprint_of(Arena *arena, const Text *out)
{
    Str text = text_str(out);
    ptrdiff_t at = str_find(text, STR("SHA256:"));
    return at < 0 ? ""
                  : arena_dup(arena, str_until(str_until(str_skip(text, (size_t)at), '\n'), ' '));
}

static bool verify(Arena *arena, const Desk *desk, const char *allowed_signers, const char *name,
                   SignatureProof *proof, Err *err)
{
    TEXT_SCOPED out;
    TEXT_SCOPED said;
    int exit_code;
    const char *argv[] = {"ssh-keygen", "-Y", "verify",           "-f", allowed_signers, "-I",
                          name,         "-n", APPROVAL_NAMESPACE, "-s", desk->signature, NULL};
    text_init(&out, OUTPUT_MAX);
    text_init(&said, OUTPUT_MAX);
    int input = open(desk->text, O_RDONLY | O_CLOEXEC);
    if (input < 0)
        return fail_errno(err, ERR_IO, errno, "cannot read %s", desk->text);
    bool is_run = run_keygen(argv, input, &out, &said, &exit_code, err);
    close(input);
    if (!is_run)
        return false;
    if (exit_code == 0)
        *proof = (SignatureProof){arena_strdup(arena, name), fingerprint_of(arena, &out), NULL};
    else
        proof->why_not = first_line(arena, said.len ? &said : &out);
    return true;
}

bool signature_check(Arena *arena, const char *allowed_signers, Str text, Str signature,
                     const Words *wanted, SignatureProof *ret_proof, Err *err)
{
    __attribute__((cleanup(desk_done))) Desk desk = {0};
    Words patterns = {0};
    Words names = {0};
    SignatureProof proof = {.why_not = "nobody is named for its key"};
    if (!file_exists(allowed_signers)) {
        ret_proof->principal = NULL;
        ret_proof->why_not = arena_printf(arena, "there is no file %s", allowed_signers);
        return true;
    }
    if (!desk_open(arena, text, &desk, err) ||
        !file_write_new(desk.signature, signature, 0600, err) ||
        !find_principals(arena, &desk, allowed_signers, &patterns, &proof.why_not, err))
        return false;
    candidates_of(arena, &patterns, wanted, &names);
    for (size_t i = 0; i < names.len && !proof.principal; i++)
        if (!verify(arena, &desk, allowed_signers, names.items[i], &proof, err))
            return false;
    *ret_proof = proof;
    return true;
}
