#include "migration/stranger.h"

#include "migration/problem.h"

typedef struct Language {
    Str suffix;
    const char *name;
} Language;

static const Language LANGUAGES[] = {
    {STR(".go"), "Go"},           {STR(".js"), "JavaScript"},  {STR(".cjs"), "JavaScript"},
    {STR(".mjs"), "JavaScript"},  {STR(".jsx"), "JavaScript"}, {STR(".ts"), "TypeScript"},
    {STR(".cts"), "TypeScript"},  {STR(".mts"), "TypeScript"}, {STR(".coffee"), "CoffeeScript"},
    {STR(".rb"), "Ruby"},         {STR(".py"), "Python"},      {STR(".rs"), "Rust"},
    {STR(".java"), "Java"},       {STR(".kt"), "Kotlin"},      {STR(".kts"), "Kotlin"},
    {STR(".groovy"), "Groovy"},   {STR(".scala"), "Scala"},    {STR(".clj"), "Clojure"},
    {STR(".php"), "PHP"},         {STR(".ex"), "Elixir"},      {STR(".exs"), "Elixir"},
    {STR(".erl"), "Erlang"},      {STR(".cs"), "C#"},          {STR(".fs"), "F#"},
    {STR(".vb"), "Visual Basic"}, {STR(".pl"), "Perl"},        {STR(".sh"), "shell"},
    {STR(".bash"), "shell"},      {STR(".ps1"), "PowerShell"}, {STR(".lua"), "Lua"},
    {STR(".swift"), "Swift"},     {STR(".dart"), "Dart"},      {STR(".hs"), "Haskell"},
    {STR(".cr"), "Crystal"},      {STR(".jl"), "Julia"},       {STR(".nim"), "Nim"},
    {STR(".zig"), "Zig"},         {STR(".cpp"), "C++"},        {STR(".c"), "C"},
};

// Of files that become SQL when somebody renders them.
static const Str TEMPLATES[] = {STR(".tmpl"),  STR(".tpl"),    STR(".gotmpl"), STR(".j2"),
                                STR(".jinja"), STR(".jinja2"), STR(".erb"),    STR(".mustache"),
                                STR(".hbs"),   STR(".liquid")};

// What golang-migrate runs as well: it does not look at the suffix.
static const Str OTHER_SQL[] = {STR(".psql"), STR(".pgsql"), STR(".plpgsql"), STR(".ddl")};

static Str base_name(const SourceFile *file)
{
    Str name = str_from(file->name);
    for (Str part = str_until(name, '/'); part.n < name.n; part = str_until(name, '/'))
        name = str_skip(name, part.n + 1);
    return name;
}

static size_t digits_at(Str text, size_t from)
{
    size_t at = from;
    while (at < text.n && text.p[at] >= '0' && text.p[at] <= '9')
        at++;
    return at - from;
}

// Digits that end there ("001_x", "001-x", "001.x"), or Flyway's V1__, U1__, B1__ and R__.
static bool begins_as_migration(Str name)
{
    size_t digits = digits_at(name, 0);
    if (digits)
        return digits < name.n && __builtin_strchr("_-.", name.p[digits]);
    ptrdiff_t gap = str_find(name, STR("__"));
    if (gap < 1)
        return false;
    return (__builtin_strchr("VUB", name.p[0]) && digits_at(name, 1)) ||
           (name.p[0] == 'R' && gap == 1);
}

static bool ends_nocase(Str name, Str suffix)
{
    return name.n > suffix.n && str_eq_nocase(str_skip(name, name.n - suffix.n), suffix);
}

static bool ends_in(Str name, const Str *suffixes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ends_nocase(name, suffixes[i]))
            return true;
    return false;
}

// Go's own tests and TypeScript's declarations run nowhere.
static bool is_beside_code(Str name)
{
    return str_ends(name, STR("_test.go")) || str_ends(name, STR(".d.ts"));
}

static const char *language_of(Str name)
{
    for (size_t i = 0; i < sizeof LANGUAGES / sizeof LANGUAGES[0]; i++)
        if (ends_nocase(name, LANGUAGES[i].suffix))
            return LANGUAGES[i].name;
    return NULL;
}

static void stranger_report(Arena *arena, const SourceFile *file, Problems *problems)
{
    Str name = base_name(file);
    const char *language = language_of(name);
    if (language) {
        Problem *problem =
            problem_append(arena, problems, PROBLEM_FOREIGN, file,
                           "a migration in %s, and only SQL can be run here", language);
        err_hint(&problem->err, "write it in SQL, or, when every database has it, move it out of "
                                "the folder");
    } else if (ends_in(name, TEMPLATES, sizeof TEMPLATES / sizeof TEMPLATES[0])) {
        Problem *problem = problem_append(arena, problems, PROBLEM_FOREIGN, file,
                                          "a template, and templates cannot be rendered here");
        err_hint(&problem->err, "put the rendered SQL beside it, and move this file out of the "
                                "folder");
    } else if (ends_in(name, OTHER_SQL, sizeof OTHER_SQL / sizeof OTHER_SQL[0])) {
        Problem *problem = problem_append(arena, problems, PROBLEM_FOREIGN, file,
                                          "only names that end in .sql are read");
        err_hint(&problem->err, "rename it, or move it out of the folder");
    }
}

static bool is_taken(const SourceFile *file, const LayoutEntries *entries)
{
    VEC_EACH (const LayoutEntry, entry, entries)
        if ((entry->up && strcmp(entry->up->path, file->path) == 0) ||
            (entry->down && strcmp(entry->down->path, file->path) == 0))
            return true;
    return false;
}

void strangers_report(Arena *arena, const Listing *listing, const LayoutEntries *entries,
                      Problems *problems)
{
    VEC_EACH (const SourceFile, file, &listing->others) {
        Str name = base_name(file); // empty for a folder
        bool is_beside = str_starts(str_from(file->name), STR("../"));
        if (name.n && !is_beside && begins_as_migration(name) && !is_beside_code(name) &&
            !is_taken(file, entries))
            stranger_report(arena, file, problems);
    }
}
