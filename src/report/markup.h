// Text of anybody's as XML and as HTML: it can become neither a tag nor an attribute.
// Refuses to know documents. Invariant: what is written is UTF-8 that XML 1.0 has a place for;
// control characters and bytes that are none become U+FFFD.
#pragma once

#include <stdio.h>

void markup_put(FILE *stream, const char *text);
void markup_attribute(FILE *stream, const char *name, const char *value); // with a blank before
