// Any bytes as the JSON of a parse tree: refused, or a tree that can be walked to its end.
#include "base/require.h"
#include "sql/tree.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPED arena = arena_new();
    Err err = {0};
    char *json = arena_dup(arena, (Str){(const char *)data, size});
    const Node *tree = tree_read(arena, json, size, &err);
    REQUIRE((tree == NULL) == (err.class != ERR_NONE));
    size_t walked = 0;
    size_t counted = tree != NULL;
    NODE_WALK(node, tree)
    {
        walked++;
        REQUIRE(strlen(node_text(node, NULL)) <= size && strlen(node_name(node)) <= size);
        (void)node_int(node, "a.b");
        (void)node_dotted(arena, node);
        if (!node_is(node, "List"))
            counted += node_count(node);
        else
            NODE_EACH(item, node)
        REQUIRE(node_is_below(node, item));
    }
    REQUIRE(counted <= walked);
    return 0;
}
