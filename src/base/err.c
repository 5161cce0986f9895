#include "base/err.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    int exit_code;
    const char *word;
} CLASSES[] = {
#define X(name, exit_code, word, meaning) [name] = {exit_code, word},
    ERR_CLASSES(X)
#undef X
};

int err_exit_code(ErrClass class)
{
    return CLASSES[class].exit_code;
}

const char *err_class_word(ErrClass class)
{
    return CLASSES[class].word;
}

// Cuts a text that vsnprintf cut in the middle of a code point back to a whole one.
static void keep_whole(char *text, size_t size, int wanted)
{
    if (wanted >= 0 && (size_t)wanted >= size)
        text[utf8_whole_prefix((Str){text, strlen(text)})] = '\0';
}

static void vset(char *text, size_t size, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));
static void vset(char *text, size_t size, const char *format, va_list args)
{
    keep_whole(text, size, vsnprintf(text, size, format, args));
}

bool fail(Err *err, ErrClass class, const char *format, ...)
{
    *err = (Err){.class = class};
    va_list args;
    va_start(args, format);
    vset(err->message, sizeof err->message, format, args);
    va_end(args);
    return false;
}

bool fail_errno(Err *err, ErrClass class, int saved_errno, const char *format, ...)
{
    *err = (Err){.class = class};
    va_list args;
    va_start(args, format);
    vset(err->message, sizeof err->message, format, args);
    va_end(args);
    size_t used = strlen(err->message);
    snprintf(err->message + used, sizeof err->message - used, ": %s", strerror(saved_errno));
    return false;
}

bool err_detail(Err *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vset(err->detail, sizeof err->detail, format, args);
    va_end(args);
    return false;
}

bool err_hint(Err *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vset(err->hint, sizeof err->hint, format, args);
    va_end(args);
    return false;
}

bool err_note(Err *err, const char *format, ...)
{
    char note[sizeof err->message];
    va_list args;
    va_start(args, format);
    vset(note, sizeof note, format, args);
    va_end(args);
    char message[sizeof err->message];
    memcpy(message, err->message, sizeof message);
    size_t used = strlen(note);
    size_t room = sizeof err->message - used;
    memcpy(err->message, note, used);
    keep_whole(err->message, sizeof err->message,
               (int)used + snprintf(err->message + used, room, ": %s", message));
    return false;
}

bool err_at(Err *err, const char *file, Position position)
{
    snprintf(err->file, sizeof err->file, "%s", file);
    err->position = position;
    return false;
}

bool err_quote(Err *err, Str text, size_t offset)
{
    enum {
        WIDTH = 96
    }; // code points shown of a long line
    if (offset > text.n)
        offset = text.n;
    size_t start = offset;
    while (start > 0 && text.p[start - 1] != '\n')
        start--;
    size_t end = offset;
    while (end < text.n && text.p[end] != '\n' && text.p[end] != '\r')
        end++;
    Str line = {text.p + start, end - start};
    size_t column = utf8_count((Str){line.p, offset - start});
    size_t skipped = column > WIDTH * 3 / 4 ? column - WIDTH * 3 / 4 : 0;
    line = str_skip(line, utf8_offset(line, skipped));
    line.n = utf8_offset(line, WIDTH);
    size_t used = 0;
    for (size_t i = 0; i < line.n && used + 1 < sizeof err->source; i++) {
        unsigned char c = (unsigned char)line.p[i];
        err->source[used++] = c < 0x20 || c == 0x7f ? ' ' : (char)c; // tabs would move the caret
    }
    used = utf8_whole_prefix((Str){err->source, used});
    err->source[used] = '\0';
    err->source_column = (int)(column - skipped) + 1;
    return false;
}
