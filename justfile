# The scripts that contributors run. `just` lists them; each also runs by itself, as scripts/NAME.

_list:
    @{{ just_executable() }} --list --unsorted

# Run every check, as continuous integration does (installs what it needs; root on Debian)
check:
    .ci/run

# Format and lint
lint:
    cargo fmt --all
    cargo clippy --locked --all-targets --all-features -- -D warnings

# Run the tests, the examples of the documentation, the vectors and the corpora
test *arguments:
    cargo test --locked {{ arguments }}

# Run the test vectors and print how many cases they hold
vectors:
    scripts/vectors

# Run Wycheproof's vectors and the msgpack-test-suite, and make hardtack's vectors again with libsodium
foreign-vectors:
    scripts/foreign-vectors

# Enumerate headers, varints, short payloads and the edges of times, against the second implementation
exhaustive:
    scripts/exhaustive

# Put faults back into a copy of the sources and show that the model of `web` finds each; 4 minutes
seeded-faults *name:
    scripts/seeded-faults {{ name }}

# Lint and test every combination of features
features:
    scripts/features

# Build and test with exactly the minimum supported Rust version
msrv:
    scripts/msrv

# Measure encoding and decoding
bench *arguments:
    cargo bench --locked --bench codec {{ arguments }}

# Count the instructions of a call with valgrind, the same in every run
instructions:
    scripts/instructions

# Send 100,000 requests through the layer, and compare untouched ones with a site without it
load:
    scripts/load

# Fuzz every target, for SECONDS each (20)
fuzz *seconds:
    scripts/fuzz {{ seconds }}

# Find code that no test covers; takes an hour without arguments
mutants *arguments:
    scripts/mutants {{ arguments }}

# Check pages, links, spelling, documentation, dependencies and licences
docs:
    scripts/docs

# Test the statements about Django in docs/sessions.md on Django itself
django:
    scripts/django

# Lint and test the crate for actix-web
actix:
    scripts/actix

# Lint and test the command
command:
    scripts/command

# Rotate the key of the running example site with the command, while a visitor makes requests
rotate:
    scripts/rotate

# Build the documentation as docs.rs does
docs-rs:
    scripts/docs-rs

# Run the vectors in every kind of WebAssembly, and the Worker in Rust in workerd
edge:
    scripts/edge

# Build and test the JavaScript package in every runtime, and compare it with the library
js:
    scripts/js

# Build the site of the docs into site/out and check it in Chromium; `site build` needs no Chromium
site *build:
    scripts/site {{ build }}

# Drive the example site in Chromium
browser:
    scripts/browser

# Run the shop with its own Redis until Ctrl-C
shop *arguments:
    scripts/shop {{ arguments }}

# Check the shop: format, lints, tests over sockets, and its pages in Chromium
shop-test:
    scripts/shop-test

# Pack the crate and check the files in the package
package:
    scripts/package

# Audit .github/ with zizmor
workflows:
    scripts/workflows

# Check every Cargo.lock against RustSec's advisories (needs GitHub)
advisories:
    scripts/advisories

# Compare the public interface with that of the last release
semver:
    scripts/semver

# Check that VERSION can be released
release-ready version:
    scripts/release-ready {{ version }}

# Install typos, zizmor and just, and print their folder
python-tools:
    scripts/python-tools
