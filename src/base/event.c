#include "base/event.h"

static const char *const WORDS[] = {
#define X(name, word) [name] = word,
    EVENT_KINDS(X)
#undef X
};

const char *event_word(EventKind kind)
{
    return WORDS[kind];
}

void event_emit(const EventSink *sink, const Event *event)
{
    if (sink && sink->emit)
        sink->emit(sink->context, event);
}
