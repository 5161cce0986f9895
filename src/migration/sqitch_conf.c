// The rules are those of Config::GitLike, which sqitch reads its configuration with.
#include "migration/sqitch_conf.h"

#include "base/text.h"
#include "sql/statement.h"

typedef struct Parse {
    Arena *arena;
    const SourceText *text;
    Str all;
    size_t at;
    const char *section;
    SqitchSettings *settings;
    Position counted; // of byte `counted_at`: positions are counted on from there
    size_t counted_at;
} Parse;

static char byte_at(const Parse *parse, size_t at)
{
    return at < parse->all.n ? parse->all.p[at] : '\n';
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static Position position_of(Parse *parse, size_t at)
{
    Str passed = {parse->all.p + parse->counted_at, at - parse->counted_at};
    parse->counted = position_after(parse->counted, passed);
    parse->counted_at = at;
    return parse->counted;
}

static bool wrong(Parse *parse, size_t at, const char *message, const char *hint, Err *err)
{
    fail(err, ERR_CONFIG, "%s", message);
    err_hint(err, "%s", hint);
    err_quote(err, parse->all, at);
    return err_at(err, parse->text->path, position_of(parse, at));
}

static void pass_blanks(Parse *parse)
{
    while (is_blank(byte_at(parse, parse->at)))
        parse->at++;
}

static void pass_line(Parse *parse)
{
    while (parse->at < parse->all.n && parse->all.p[parse->at] != '\n')
        parse->at++;
}

static bool is_comment(const Parse *parse)
{
    char byte = byte_at(parse, parse->at);
    return byte == '#' || byte == ';';
}

static bool is_line_end(const Parse *parse)
{
    char byte = byte_at(parse, parse->at);
    return byte == '\n' || (byte == '\r' && byte_at(parse, parse->at + 1) == '\n');
}

static char escaped(char letter)
{
    switch (letter) {
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case 'b':
        return '\b';
    default:
        return letter == '\\' || letter == '"' || letter == '\'' ? letter : '\0';
    }
}

// A backslash and what stands behind it; at a line's end it goes on in the next line.
static bool parse_escape(Parse *parse, Text *value, Err *err)
{
    size_t start = parse->at++;
    if (is_line_end(parse) && parse->at < parse->all.n) {
        parse->at += byte_at(parse, parse->at) == '\r' ? 2 : 1;
        return true;
    }
    char letter = escaped(byte_at(parse, parse->at));
    if (!letter)
        return wrong(parse, start, "an escape that sqitch does not know",
                     "known are \\\\ \\\" \\n \\t \\b, and \\ at the end of a line", err);
    text_append_char(value, letter);
    parse->at++;
    return true;
}

static bool parse_quoted(Parse *parse, Text *value, Err *err)
{
    size_t start = parse->at++;
    while (parse->at < parse->all.n && parse->all.p[parse->at] != '"') {
        if (parse->all.p[parse->at] == '\\') {
            if (!parse_escape(parse, value, err))
                return false;
        } else {
            text_append_char(value, parse->all.p[parse->at++]);
        }
    }
    if (parse->at == parse->all.n)
        return wrong(parse, start, "a quote that does not end", "write the closing \"", err);
    parse->at++;
    return true;
}

// Blanks between words become one; quotes keep theirs; a comment begins behind a blank.
static bool parse_value(Parse *parse, const char **ret_value, Err *err)
{
    TEXT_SCOPED value;
    text_init(&value, 64 * 1024);
    pass_blanks(parse);
    while (!is_line_end(parse) && !is_comment(parse)) {
        char byte = byte_at(parse, parse->at);
        bool ok = true;
        if (byte == '\\') {
            ok = parse_escape(parse, &value, err);
        } else if (byte == '"') {
            ok = parse_quoted(parse, &value, err);
        } else if (is_blank(byte)) {
            pass_blanks(parse);
            if (!is_line_end(parse) && !is_comment(parse))
                text_append_char(&value, ' ');
        } else {
            while (!is_line_end(parse) && !is_blank(byte) && byte != '\\' && byte != '"') {
                text_append_char(&value, byte);
                byte = byte_at(parse, ++parse->at);
            }
        }
        if (!ok)
            return false;
    }
    pass_line(parse);
    *ret_value = arena_dup(parse->arena, text_str(&value));
    return true;
}

// [section], [section "sub"], [section.sub]
static bool parse_section(Parse *parse, Err *err)
{
    static const char HINT[] = "write it as [core] or [engine \"pg\"]";
    TEXT_SCOPED name;
    text_init(&name, 4096);
    size_t start = parse->at++;
    for (char byte; (byte = byte_at(parse, parse->at)) && !__builtin_strchr(" \t\n[]\"", byte);
         parse->at++)
        text_append_char(&name, byte >= 'A' && byte <= 'Z' ? (char)(byte | 0x20) : byte);
    bool has_name = name.len > 0;
    pass_blanks(parse);
    if (has_name && byte_at(parse, parse->at) == '"') {
        text_append_char(&name, '.');
        if (!parse_quoted(parse, &name, err))
            return false;
    }
    if (!has_name || byte_at(parse, parse->at) != ']')
        return wrong(parse, start, "a section that cannot be read", HINT, err);
    parse->at++;
    parse->section = arena_dup(parse->arena, text_str(&name));
    return true;
}

static bool parse_setting(Parse *parse, Err *err)
{
    size_t start = parse->at;
    while (!is_line_end(parse) && byte_at(parse, parse->at) != '=' &&
           !(is_comment(parse) && is_blank(byte_at(parse, parse->at - 1))))
        parse->at++;
    Str name = str_trim((Str){parse->all.p + start, parse->at - start});
    if (!parse->section)
        return wrong(parse, start, "a setting before the first section",
                     "write [core] above it, or the section that it belongs to", err);
    if (!name.n)
        return wrong(parse, start, "a setting without a name", "write it as name = value", err);
    const char *value = "";
    if (byte_at(parse, parse->at) == '=') {
        parse->at++;
        if (!parse_value(parse, &value, err))
            return false;
    }
    pass_line(parse);
    *vec_append(parse->arena, parse->settings) = (SqitchSetting){
        .section = parse->section,
        .name = arena_dup(parse->arena, name),
        .value = value,
        .position = position_of(parse, start),
    };
    return true;
}

bool sqitch_conf_parse(Arena *arena, const SourceText *text, SqitchSettings *ret_settings, Err *err)
{
    SqitchSettings settings = {0};
    Parse parse = {
        .arena = arena,
        .text = text,
        .all = text->text,
        .settings = &settings,
        .counted = {1, 1},
    };
    while (parse.at < parse.all.n) {
        char byte = parse.all.p[parse.at];
        if (is_blank(byte) || byte == '\n' || byte == '\r')
            parse.at++;
        else if (is_comment(&parse))
            pass_line(&parse);
        else if (!(byte == '[' ? parse_section(&parse, err) : parse_setting(&parse, err)))
            return false;
    }
    *ret_settings = settings;
    return true;
}

const SqitchSetting *sqitch_conf_find(const SqitchSettings *settings, const char *section,
                                      const char *name)
{
    const SqitchSetting *found = NULL;
    VEC_EACH (const SqitchSetting, setting, settings)
        if (strcmp(setting->section, section) == 0 &&
            str_eq_nocase(str_from(setting->name), str_from(name)))
            found = setting;
    return found;
}
