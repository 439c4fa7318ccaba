"""Runs a test for WASI in wasmtime, as cargo's runner: run.py MODULE.wasm [ARGUMENT…]"""

import sys

import wasmtime
from wasmtime import component

path, *arguments = sys.argv[1:]
engine = wasmtime.Engine()
store = wasmtime.Store(engine)
wasi = wasmtime.WasiConfig()
wasi.argv = [path, *arguments]
wasi.inherit_stdout()
wasi.inherit_stderr()
store.set_wasi(wasi)


def preview_1():
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    module = wasmtime.Module.from_file(engine, path)
    linker.instantiate(store, module).exports(store)["_start"](store)


def preview_2():
    linker = component.Linker(engine)
    linker.add_wasip2()
    instance = linker.instantiate(store, component.Component.from_file(engine, path))
    run = next(name for name in VERSIONS if instance.get_export_index(store, name))
    index = instance.get_export_index(store, "run", instance.get_export_index(store, run))
    if instance.get_func(store, index)(store).tag != "ok":
        sys.exit(1)


VERSIONS = [f"wasi:cli/run@0.2.{patch}" for patch in range(10)]

try:
    preview_2() if "wasip2" in path else preview_1()
except wasmtime.ExitTrap as exit:
    sys.exit(exit.code)
