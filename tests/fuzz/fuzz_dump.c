// Any bytes through the stabiliser of dumps: what comes out is never longer than what went in but
// for a newline at its end.
#include "base/require.h"
#include "sql/dump.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str dump = {(const char *)data, size};
    TEXT_SCOPED out;
    text_init(&out, size + 1);
    bool is_whole = dump_stabilise(dump, &out);
    Str stable = text_str(&out);
    REQUIRE(!out.is_cut);
    REQUIRE(stable.n == 0 || str_ends(stable, STR("\n")));
    REQUIRE(!is_whole || str_find(dump, STR("PostgreSQL database dump complete")) >= 0);
    return 0;
}
