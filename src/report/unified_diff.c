#include "report/unified_diff.h"

#include "base/vec.h"

#include <stdint.h>

enum {
    CONTEXT = 3,
    CELLS_MOST = 4 * 1024 * 1024, // of the table of common lines
};

typedef VEC(Str) Lines; // each with its end

typedef enum Kind {
    SAME = ' ',
    GONE = '-',
    ADDED = '+',
} Kind;

typedef struct DiffLine {
    Kind kind;
    Str text;
    size_t old_line, new_line; // from 0: how many of each stand before
} DiffLine;

typedef VEC(DiffLine) DiffLines;

static Lines lines_of(Arena *arena, Str text)
{
    Lines lines = {0};
    while (text.n) {
        const char *end = memchr(text.p, '\n', text.n);
        Str line = {text.p, end ? (size_t)(end - text.p) + 1 : text.n};
        *vec_append(arena, &lines) = line;
        text = str_skip(text, line.n);
    }
    return lines;
}

static void add(Arena *arena, DiffLines *lines, Kind kind, Str text)
{
    const DiffLine *last = lines->len ? &lines->items[lines->len - 1] : NULL;
    size_t old_line = last ? last->old_line + (last->kind != ADDED) : 0;
    size_t new_line = last ? last->new_line + (last->kind != GONE) : 0;
    *vec_append(arena, lines) = (DiffLine){kind, text, old_line, new_line};
}

// Between the common beginning and end.
static void add_middle(Arena *arena, const Str *left, size_t m, const Str *right, size_t n,
                       DiffLines *lines)
{
    bool is_small = m && n && m + 1 < CELLS_MOST / (n + 1);
    uint32_t *common =
        is_small ? arena_alloc_array(arena, (m + 1) * (n + 1), sizeof *common) : NULL;
    for (size_t i = is_small ? m : 0; i > 0; i--)
        for (size_t j = n; j > 0; j--) {
            uint32_t below = common[i * (n + 1) + j - 1];
            uint32_t beside = common[(i - 1) * (n + 1) + j];
            common[(i - 1) * (n + 1) + j - 1] = str_eq(left[i - 1], right[j - 1])
                                                    ? common[i * (n + 1) + j] + 1
                                                : below > beside ? below
                                                                 : beside;
        }
    size_t i = 0;
    size_t j = 0;
    while (i < m || j < n) {
        bool is_same = is_small && i < m && j < n && str_eq(left[i], right[j]);
        bool is_gone = i < m && (j == n || !is_small ||
                                 common[(i + 1) * (n + 1) + j] >= common[i * (n + 1) + j + 1]);
        if (is_same) {
            add(arena, lines, SAME, left[i++]);
            j++;
        } else if (is_gone) {
            add(arena, lines, GONE, left[i++]);
        } else {
            add(arena, lines, ADDED, right[j++]);
        }
    }
}

static DiffLines compare(Arena *arena, const Lines *left, const Lines *right)
{
    DiffLines lines = {0};
    size_t before = 0;
    size_t behind = 0;
    size_t least = left->len < right->len ? left->len : right->len;
    while (before < least && str_eq(left->items[before], right->items[before]))
        before++;
    while (behind < least - before &&
           str_eq(left->items[left->len - 1 - behind], right->items[right->len - 1 - behind]))
        behind++;
    for (size_t i = 0; i < before; i++)
        add(arena, &lines, SAME, left->items[i]);
    add_middle(arena, left->items + before, left->len - before - behind, right->items + before,
               right->len - before - behind, &lines);
    for (size_t i = left->len - behind; i < left->len; i++)
        add(arena, &lines, SAME, left->items[i]);
    return lines;
}

static void write_range(FILE *out, char sign, size_t before, size_t count)
{
    fprintf(out, " %c%zu,%zu", sign, count ? before + 1 : before, count);
}

static void write_hunk(FILE *out, const DiffLine *lines, size_t from, size_t until)
{
    size_t old_count = 0;
    size_t new_count = 0;
    for (size_t i = from; i < until; i++) {
        old_count += lines[i].kind != ADDED;
        new_count += lines[i].kind != GONE;
    }
    fputs("@@", out);
    write_range(out, '-', lines[from].old_line, old_count);
    write_range(out, '+', lines[from].new_line, new_count);
    fputs(" @@\n", out);
    for (size_t i = from; i < until; i++) {
        Str text = lines[i].text;
        fprintf(out, "%c" STR_FMT, (char)lines[i].kind, STR_ARG(text));
        if (text.n && text.p[text.n - 1] != '\n')
            fputs("\n\\ No newline at end of file\n", out);
    }
}

// Changes that are nearer to each other than their context are one hunk.
static void write_hunks(FILE *out, const DiffLines *lines)
{
    for (size_t at = 0; at < lines->len; at++) {
        if (lines->items[at].kind == SAME)
            continue;
        size_t from = at > CONTEXT ? at - CONTEXT : 0;
        size_t last = at;
        for (size_t i = at; i < lines->len && i - last <= 2 * CONTEXT; i++)
            if (lines->items[i].kind != SAME)
                last = i;
        size_t until = last + 1 + CONTEXT < lines->len ? last + 1 + CONTEXT : lines->len;
        write_hunk(out, lines->items, from, until);
        at = until - 1;
    }
}

void unified_diff_write(Arena *scratch, FILE *out, const char *old_path, const char *new_path,
                        Str old_text, Str new_text)
{
    ArenaMark mark = arena_mark(scratch);
    Lines left = lines_of(scratch, old_text);
    Lines right = lines_of(scratch, new_text);
    DiffLines lines = compare(scratch, &left, &right);
    if (old_path)
        fprintf(out, "--- a/%s\n", old_path);
    else
        fputs("--- /dev/null\n", out);
    fprintf(out, "+++ b/%s\n", new_path);
    write_hunks(out, &lines);
    arena_release(scratch, mark);
}
