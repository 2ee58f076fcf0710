//! The program's help: completions, manual pages, the list of commands.

use crate::desk::Desk;

#[test]
fn every_command_has_examples_and_tells_its_exit_codes() {
    let desk = Desk::new();
    let commands = fonds::cli::command();
    for command in commands.get_subcommands().filter(|c| c.get_name() != "help" && !c.is_hide_set())
    {
        let name = command.get_name();
        let help = desk.fonds(&[name, "--help"]).good().stdout;
        // Nobody types the driver that git calls: it says how git is told of it.
        let example = help.contains("Example") || help.contains("\n  git config ");
        assert!(example, "{name} has no example:\n{help}");
        let said_by_itself = ["completions", "man"].contains(&name);
        assert!(said_by_itself || help.contains("xit code"), "{name} says no exit codes:\n{help}");
    }
}

#[test]
fn manual_pages_are_written() {
    let desk = Desk::new();
    let said = desk.fonds(&["man", "pages"]).good();
    assert!(said.stderr.starts_with("wrote "), "{said}");
    for page in ["fonds.1", "fonds-set.1", "fonds-init.1"] {
        assert!(desk.read(&format!("pages/{page}")).contains(".TH"), "{page}");
    }
}

#[test]
fn completions_know_commands_ids_and_fields() {
    let mut desk = Desk::with_catalog();
    desk.fonds(&["add", "--id", "1951-08-27-x", "--title", "A", "--archive", "APRF"]).good();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = desk.fonds(&["completions", shell]).good().stdout;
        assert!(script.contains("rename"), "{shell}");
    }
    desk.set("COMPLETE", "fish");
    let offered = |words: &[&str]| -> Vec<String> {
        let mut arguments = vec!["--", "fonds"];
        arguments.extend(words);
        let said = desk.fonds(&arguments).good();
        said.stdout
            .lines()
            .map(|line| line.split('\t').next().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(offered(&["show", "1951"]), ["1951-08-27-x"]);
    assert_eq!(offered(&["set", "1951-08-27-x", "holding.a"]), ["holding.aprf.archive="]);
    assert_eq!(offered(&["set", "1951-08-27-x", "pla"]), ["place="]);
    assert!(offered(&["re"]).contains(&"rename".to_owned()));
}
