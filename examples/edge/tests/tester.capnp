using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "tester", worker = .tester)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "tester")],
);

const tester :Workerd.Worker = (
  modules = [
    (name = "tests/tester.mjs", esModule = embed "tester.mjs"),
    (name = "tests/instances.mjs", esModule = embed "instances.mjs"),
    (name = "tests/vectors.mjs", esModule = embed "vectors.mjs"),
    (name = "hardtack.mjs", esModule = embed "../hardtack.mjs"),
    (name = "msgpack.mjs", esModule = embed "../msgpack.mjs"),
    (name = "tests/hardtack.wasm", wasm = embed "../hardtack.wasm"),
    (name = "tests/hardtack-encrypt.wasm", wasm = embed "../hardtack-encrypt.wasm"),
    (name = "tests/hardtack-simd.wasm", wasm = embed "../hardtack-simd.wasm"),
  ],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ["nodejs_compat"],
);
