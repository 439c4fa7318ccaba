//! `hardtack generate`, and the help.

use crate::support::{Ran, hardtack};

const COMMANDS: [&str; 4] = ["keygen", "rotate", "check", "inspect"];

#[test]
fn every_man_page_has_the_options_and_the_exit_status() {
    for command in COMMANDS {
        let Ran { status, out, .. } = hardtack(["generate", "man", command]).run();
        assert_eq!(status, 0);
        assert!(out.contains(&format!(".TH hardtack-{command} 1")), "{out}");
        assert!(out.contains("\\-\\-json") && out.contains("Exit status:"), "{out}");
    }
    let out = hardtack(["generate", "man"]).run().out;
    assert!(COMMANDS.iter().all(|command| out.contains(&format!("hardtack\\-{command}"))), "{out}");
    assert_eq!(hardtack(["generate", "man", "nothing"]).run().status, 2);
}

#[test]
fn every_shell_has_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let out = hardtack(["generate", "completions", shell]).run().out;
        assert!(COMMANDS.iter().all(|command| out.contains(command)), "{shell}");
        assert!(out.contains("max-lifetime"), "{shell}");
    }
}

#[test]
fn help_says_what_each_exit_status_means() {
    for command in COMMANDS {
        for flag in ["--help", "-h"] {
            let Ran { status, out, err } = hardtack([command, flag]).run();
            assert_eq!((status, err.as_str()), (0, ""));
            for code in 0..=3 {
                assert!(out.contains(&format!("\n  {code}  ")), "{out}");
            }
        }
    }
}
