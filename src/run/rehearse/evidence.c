#include "run/rehearse/evidence.h"

#include "base/require.h"
#include "base/sha256.h"
#include "io/file.h"

#include <errno.h>
#include <stdlib.h>

enum {
    EVIDENCE_BYTES_MAX = 256 * 1024 * 1024, // a trace of 10,000 statements is 30 MiB
    BEGINNING_MIN = 4,
};

static const char ENDING[] = ".json";

static const char *digest_of(Arena *arena, Str text)
{
    char hex[SHA256_HEX];
    sha256_of(text, hex);
    return arena_strdup(arena, hex);
}

json_t *evidence_to_json(const Rehearsal *rehearsal, const char *path, const char *digest)
{
    json_t *document = rehearsal_to_json(rehearsal);
    json_put(document, "evidence", json_cstr(path));
    json_put(document, "digest", json_cstr(digest));
    return document;
}

// ---- writing

bool evidence_write(Arena *arena, const char *folder, const Rehearsal *rehearsal,
                    const char **ret_path, const char **ret_digest, Err *err)
{
    JSON_SCOPED document = rehearsal_to_json(rehearsal);
    json_mask_passwords(arena, document);
    char *text = json_dumps(document, JSON_INDENT(1));
    if (!text)
        require_memory();
    const char *digest = digest_of(arena, str_from(text));
    const char *path = arena_printf(arena, "%s/%s%s", folder, digest, ENDING);
    bool is_written = file_make_directories(folder, 0755, err) &&
                      (file_is_regular(path) || file_write(path, str_from(text), 0644, err));
    free(text);
    if (!is_written)
        return false;
    *ret_path = path;
    *ret_digest = digest;
    return true;
}

// ---- reading

static Str name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return str_from(slash ? slash + 1 : path);
}

static bool has_digest_name(Str name)
{
    return name.n == SHA256_HEX - 1 + strlen(ENDING) &&
           strspn(name.p, "0123456789abcdef") == SHA256_HEX - 1 &&
           strcmp(name.p + SHA256_HEX - 1, ENDING) == 0;
}

static bool check_digest(const char *path, const char *digest, Err *err)
{
    Str name = name_of(path);
    if (str_starts(name, str_from(digest)) && has_digest_name(name))
        return true;
    if (has_digest_name(name)) {
        fail(err, ERR_CHECK, "%s is no evidence: it was changed after it was written", path);
        err_detail(err, "its content has the digest %s", digest);
        return err_hint(err, "bring it back as it was, or make another one: migrate-safe rehearse");
    }
    fail(err, ERR_CHECK, "%s is no evidence: its name is not the digest of its content", path);
    return err_hint(err, "if it was only renamed, give it its name back: %s%s", digest, ENDING);
}

static bool read_file(Arena *arena, const char *path, Evidence *ret_evidence, Err *err)
{
    ARENA_SCOPED bytes = arena_new();
    Str text;
    Evidence evidence = {.path = path};
    Rehearsal *rehearsal = arena_new_object(arena, Rehearsal);
    if (!file_read(bytes, path, EVIDENCE_BYTES_MAX, &text, err))
        return false;
    evidence.digest = digest_of(arena, text);
    if (!check_digest(path, evidence.digest, err))
        return false;
    JSON_SCOPED document = json_read(text, path, err);
    if (!document) {
        err->class = ERR_CHECK;
        return err_hint(err, "make another one: migrate-safe rehearse");
    }
    if (!rehearsal_from_json(arena, document, path, rehearsal, err))
        return false;
    evidence.rehearsal = rehearsal;
    *ret_evidence = evidence;
    return true;
}

static int newest_first(const void *left, const void *right)
{
    const Evidence *a = left;
    const Evidence *b = right;
    int order = strcmp(b->rehearsal->made_at, a->rehearsal->made_at);
    return order ? order : strcmp(a->digest, b->digest);
}

bool evidence_load(Arena *arena, const char *folder, EvidenceFolder *ret_folder, Err *err)
{
    FileEntries entries;
    EvidenceFolder loaded = {.path = arena_strdup(arena, folder)};
    if (file_exists(folder)) {
        if (!file_list(arena, folder, &entries, err))
            return false;
        VEC_EACH (const FileEntry, entry, &entries) {
            Err problem = {0};
            Evidence evidence;
            if (!has_digest_name(str_from(entry->name)))
                continue;
            const char *path = arena_printf(arena, "%s/%s", folder, entry->name);
            if (read_file(arena, path, &evidence, &problem))
                *vec_append(arena, &loaded.evidence) = evidence;
            else
                *vec_append(arena, &loaded.problems) = problem;
        }
    }
    vec_sort(&loaded.evidence, newest_first);
    *ret_folder = loaded;
    return true;
}

static bool find_latest(Arena *arena, const char *folder, Evidence *ret_evidence, Err *err)
{
    EvidenceFolder loaded;
    if (!evidence_load(arena, folder, &loaded, err))
        return false;
    if (loaded.evidence.len) {
        *ret_evidence = loaded.evidence.items[0];
        return true;
    }
    if (loaded.problems.len) {
        *err = loaded.problems.items[0];
        return false;
    }
    fail(err, ERR_CONFIG, "there is no evidence of a rehearsal in %s", folder);
    return err_hint(err, "make some: migrate-safe rehearse");
}

static bool find_beginning(Arena *arena, const char *folder, Str beginning, const char **ret_path,
                           Err *err)
{
    FileEntries entries = {0};
    const char *found = NULL;
    if (file_exists(folder) && !file_list(arena, folder, &entries, err))
        return false;
    VEC_EACH (const FileEntry, entry, &entries) {
        Str name = str_from(entry->name);
        if (!has_digest_name(name) || !str_starts(name, beginning))
            continue;
        if (found) {
            fail(err, ERR_CONFIG, "several rehearsals begin with \"%s\": %.12s, %.12s", beginning.p,
                 found, entry->name);
            return err_hint(err, "write more of the digest");
        }
        found = entry->name;
    }
    if (!found) {
        fail(err, ERR_CONFIG, "there is no rehearsal \"%s\" in %s", beginning.p, folder);
        return err_hint(err, "name the file by its path, or make one: migrate-safe rehearse");
    }
    *ret_path = arena_printf(arena, "%s/%s", folder, found);
    return true;
}

static bool find(Arena *arena, const char *folder, const char *what, Evidence *ret_evidence,
                 Err *err)
{
    Str text = str_from(what);
    bool is_beginning = text.n >= BEGINNING_MIN && text.n < SHA256_HEX &&
                        strspn(what, "0123456789abcdef") == text.n && !file_exists(what);
    const char *path = arena_strdup(arena, what);
    if (strcmp(what, "latest") == 0)
        return find_latest(arena, folder, ret_evidence, err);
    if (is_beginning && !find_beginning(arena, folder, text, &path, err))
        return false;
    if (!file_exists(path)) {
        fail_errno(err, ERR_CONFIG, ENOENT, "cannot read %s", path);
        return err_hint(err,
                        "a rehearsal is named by its file, by its digest, by the first %d "
                        "or more of its digits, or as \"latest\"",
                        BEGINNING_MIN);
    }
    return read_file(arena, path, ret_evidence, err);
}

bool evidence_read(Arena *arena, const char *folder, const char *what, Rehearsal *ret_rehearsal,
                   const char **ret_path, const char **ret_digest, Err *err)
{
    Evidence evidence;
    if (!find(arena, folder, what, &evidence, err))
        return false;
    *ret_rehearsal = *evidence.rehearsal;
    *ret_path = evidence.path;
    *ret_digest = evidence.digest;
    return true;
}
