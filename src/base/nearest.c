#include "base/nearest.h"

enum {
    LONGEST = 32
};

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

// How many letters must change, whatever their case.
static size_t distance(Str a, Str b)
{
    size_t row[LONGEST + 1];
    if (a.n > LONGEST || b.n > LONGEST)
        return LONGEST;
    for (size_t j = 0; j <= b.n; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t change = diagonal + (small(a.p[i - 1]) != small(b.p[j - 1]));
            diagonal = row[j];
            size_t best = row[j] < row[j - 1] ? row[j] : row[j - 1];
            row[j] = best + 1 < change ? best + 1 : change;
        }
    }
    return row[b.n];
}

Nearest nearest_to(Str wanted)
{
    // A word of one letter is near to nothing, a transposition in "statsu" counts two.
    size_t allowed = wanted.n < 4 ? wanted.n / 2 : wanted.n < 7 ? 2 : 3;
    return (Nearest){.wanted = wanted, .least = allowed + 1};
}

void nearest_offer(Nearest *nearest, const char *name)
{
    Str offered = str_from(name);
    size_t letters = nearest->wanted.n >= 3 && str_starts_nocase(offered, nearest->wanted)
                         ? 1
                         : distance(nearest->wanted, offered);
    if (letters >= nearest->least)
        return;
    nearest->least = letters;
    nearest->found = name;
}
