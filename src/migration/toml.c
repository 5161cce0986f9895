#include "migration/toml.h"

void toml_reader_init(TomlReader *reader, const char *file, Str text)
{
    *reader = (TomlReader){.file = file, .rest = text};
}

static bool is_key_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

static Str key_take(Str *rest)
{
    size_t length = 0;
    while (length < rest->n && is_key_byte(rest->p[length]))
        length++;
    Str key = {rest->p, length};
    *rest = str_trim(str_skip(*rest, length));
    return key;
}

static bool is_end(Str rest)
{
    rest = str_trim(rest);
    return rest.n == 0 || rest.p[0] == '#';
}

// "[table]" and nothing behind it.
static bool table_read(TomlReader *reader, Str line)
{
    line = str_trim(str_skip(line, 1));
    Str name = key_take(&line);
    if (!name.n || !str_starts(line, STR("]")) || !is_end(str_skip(line, 1)))
        return false;
    reader->table = name;
    return true;
}

static bool string_read(Str rest, TomlEntry *entry)
{
    char quote = rest.p[0];
    size_t end = 1;
    while (end < rest.n && rest.p[end] != quote)
        end += rest.p[end] == '\\' && quote == '"' ? 2 : 1;
    if (end >= rest.n || !is_end(str_skip(rest, end + 1)))
        return false;
    entry->is_string = true;
    entry->value = (Str){rest.p + 1, end - 1};
    return true;
}

static bool value_read(Str rest, TomlEntry *entry)
{
    if (rest.n && (rest.p[0] == '"' || rest.p[0] == '\''))
        return string_read(rest, entry);
    size_t length = 0;
    while (length < rest.n && (is_key_byte(rest.p[length]) || rest.p[length] == '+'))
        length++;
    entry->value = (Str){rest.p, length};
    return length && is_end(str_skip(rest, length));
}

static bool entry_read(TomlReader *reader, Str line, TomlEntry *entry)
{
    *entry = (TomlEntry){.table = reader->table};
    entry->key = key_take(&line);
    return entry->key.n && str_starts(line, STR("=")) &&
           value_read(str_trim(str_skip(line, 1)), entry);
}

bool toml_next(TomlReader *reader, TomlEntry *ret_entry, Err *err)
{
    Str whole = {0};
    *err = (Err){0};
    while (str_line(&reader->rest, &whole)) {
        TomlEntry entry;
        Str line = str_trim(whole);
        Position position = {++reader->line, (int)(line.p - whole.p) + 1};
        if (is_end(line))
            continue;
        if (line.p[0] == '[' ? table_read(reader, line) : entry_read(reader, line, &entry)) {
            if (line.p[0] == '[')
                continue;
            entry.position = position;
            *ret_entry = entry;
            return true;
        }
        fail(err, ERR_CONFIG, "this line is neither KEY = VALUE nor [TABLE]");
        err_hint(err, "strings are written \"so\", or 'so', on one line");
        err_quote(err, whole, (size_t)(line.p - whole.p));
        return err_at(err, reader->file, position);
    }
    return false;
}
