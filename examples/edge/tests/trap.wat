;; Speaks edge's ABI, says "malformed" to the first token, and traps at every later one.
(module
  (memory (export "memory") 1)
  (global $calls (mut i32) (i32.const 0))
  (data (i32.const 0) "malformed")
  (func (export "input") (param i32) (result i32) (i32.const 1024))
  (func (export "output") (result i32) (i32.const 0))
  (func (export "add_key") (param i32 f64) (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32 i32 f64 f64 f64 f64 f64 f64 f64) (result i32) (i32.const 0))
  (func (export "decode") (param i32 i32 f64) (result i32)
    (if (global.get $calls) (then (unreachable)))
    (global.set $calls (i32.const 1))
    (i32.const -9)))
