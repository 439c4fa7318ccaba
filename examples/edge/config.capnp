using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "guard", worker = .guard)],
  sockets = [(name = "http", address = "127.0.0.1:8787", http = (), service = "guard")],
);

const guard :Workerd.Worker = (
  modules = [
    (name = "worker.mjs", esModule = embed "worker.mjs"),
    (name = "hardtack.mjs", esModule = embed "hardtack.mjs"),
    (name = "msgpack.mjs", esModule = embed "msgpack.mjs"),
    (name = "hardtack.wasm", wasm = embed "hardtack.wasm"),
  ],
  bindings = [(name = "HARDTACK_KEYS", fromEnvironment = "HARDTACK_KEYS")],
  compatibilityDate = "2026-01-01",
);
