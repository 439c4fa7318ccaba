//! `bindgen MODULE.wasm FOLDER`: JavaScript and WebAssembly for a Worker.

use std::env;

use anyhow::Context;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let mut arguments = env::args().skip(1);
    let module = arguments.next().context("no module")?;
    let folder = arguments.next().context("no folder")?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(module).out_name("site").web(true)?.typescript(false);
    bindgen.omit_default_module_path(true).remove_name_section(true).remove_producers_section(true);
    bindgen.generate(folder)
}
