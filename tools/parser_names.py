"""The header that gives the parser module's functions names one can read.

The package's WebAssembly calls them by letters that change with each version; its own JavaScript has
the list of both sides: `wasmImports={c:___assert_fail,...}` and `_malloc=...wasmExports["C"]`.
"""
import re

# What src/sql/parser_host.c provides, and what it calls; a version that has others must be looked at.
IMPORTS = {
    "___assert_fail", "__abort_js", "__emscripten_runtime_keepalive_clear",
    "__emscripten_throw_longjmp", "__setitimer_js", "_emscripten_resize_heap", "_exit", "_fd_close",
    "_fd_read", "_fd_seek", "_fd_write", "_proc_exit", "invoke_i", "invoke_ii", "invoke_iii",
    "invoke_iiii", "invoke_iiiii", "invoke_ji", "invoke_v", "invoke_vi", "invoke_vii", "invoke_viii",
    "invoke_viiii", "invoke_viiiii", "invoke_viiiiiiiiiiiii",
}
EXPORTS = {
    "_malloc", "_free", "_wasm_parse_query_raw", "_wasm_free_parse_result", "_wasm_parse_plpgsql",
    "_wasm_free_string", "_setThrew", "__emscripten_stack_restore", "_emscripten_stack_get_current",
    "memory", "__indirect_function_table",
}


def mangled(letter):
    """As wasm2c 1.0.32 writes a name of one letter or digit."""
    if not re.fullmatch(r"[A-Za-z0-9]", letter):
        raise ValueError(f"the module calls a function {letter!r}: not one letter")
    return letter if letter != "Z" else "Z5A"


def header(glue, module):
    """The #defines, from the package's JavaScript."""
    listed = re.search(r"wasmImports=\{([^}]*)\}", glue)
    if not listed:
        raise ValueError("the package's JavaScript has no wasmImports")
    imports = {name: letter for letter, name in
               (pair.split(":") for pair in listed.group(1).split(","))}
    exports = {name: letter for name, letter in
               re.findall(r'(\w+)=(?:\w+=|Module\["\w+"\]=)?wasmExports\["(\w+)"\]', glue)}
    constructors = re.search(r'wasmExports\["(\w+)"\]\(\)', glue)
    if set(imports) != IMPORTS:
        raise ValueError(f"other imports than src/sql/parser_host.c has: {set(imports) ^ IMPORTS}")
    if EXPORTS - set(exports) or not constructors:
        raise ValueError(f"exports are missing: {EXPORTS - set(exports)}")
    lines = ["#pragma once", '#include "module_limits.h"', f'#include "{module}.h"',
             f"#define MODULE_INSTANCE Z_{module}_instance_t", "#define MODULE_HOST Z_a_instance_t",
             f"#define instance_register Z_{module}_init_module",
             f"#define instance_init Z_{module}_instantiate",
             f"#define instance_done Z_{module}_free",
             f"#define module_run_constructors Z_{module}Z_{mangled(constructors.group(1))}"]
    lines += [f"#define module_{name.strip('_')} Z_{module}Z_{mangled(exports[name])}"
              for name in sorted(EXPORTS)]
    lines += [f"#define host_{name.strip('_')} Z_aZ_{mangled(letter)}"
              for name, letter in sorted(imports.items())]
    return "\n".join(lines) + "\n"
