using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "example", worker = (
    modules = [(name = "example.mjs", esModule = embed "../../dist-test/example.mjs")],
    bindings = [(name = "SESSION_KEYS", fromEnvironment = "SESSION_KEYS")],
    compatibilityDate = "2026-01-01",
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "example")],
);
