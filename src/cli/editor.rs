//! The user's editor.

use super::Session;
use super::ui::{Failure, Label, Text};
use crate::ops::files::ScratchFile;
use crate::ops::{Changed, Refusal};
use crate::problem::{Exit, Problem, codes};
use std::io::{self, BufRead, IsTerminal};
use std::path::Path;
use std::process::Command;

/// Lets the user change `bytes` in an editor, as a file called `name`, and hands what came of it to
/// `save`. When that is refused, the user may try again; the text is never lost.
///
/// Gives `None` when the text was closed as it had been.
pub(super) fn edit(
    session: &mut Session,
    name: &str,
    bytes: &[u8],
    mut save: impl FnMut(Vec<u8>) -> Result<Changed, Refusal>,
) -> Result<Option<Changed>, Failure> {
    let Some(editor) = session.editor() else {
        return Err(Problem::error(codes::EDITOR, "no editor is set")
            .mend(
                "set `EDITOR`, for instance `export EDITOR=nano`; or give the values with options",
            )
            .into());
    };
    let scratch = ScratchFile::new(name, bytes)?;
    loop {
        run(&editor, scratch.path())?;
        let edited = scratch.read()?;
        if edited == bytes {
            return Ok(None);
        }
        let refusal = match save(edited) {
            Ok(changed) => return Ok(Some(changed)),
            Err(refusal) => refusal,
        };
        let exit = refusal.exit();
        session.ui.problems(&refusal.problems, &refusal.sources);
        let worth_another_try = matches!(exit, Exit::Data | Exit::Usage);
        if worth_another_try && io::stdin().is_terminal() {
            session.ui.say(
                Text::new().piece(Label::Heading, "Press Enter to edit again, or type q to stop"),
            );
            let mut answer = String::new();
            let read = io::stdin().lock().read_line(&mut answer).unwrap_or(0);
            if read > 0 && !answer.trim().eq_ignore_ascii_case("q") {
                continue;
            }
        }
        let kept = scratch.keep();
        session.ui.say(format!("nothing was saved; your text is in {}", kept.display()));
        return Err(Failure::Told(exit));
    }
}

/// Runs `editor` as git does: it may hold arguments of its own.
fn run(editor: &str, path: &Path) -> Result<(), Failure> {
    let mut command = if cfg!(windows) {
        let mut words = editor.split_whitespace();
        let mut command = Command::new(words.next().unwrap_or(editor));
        command.args(words);
        command
    } else {
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("{editor} \"$@\"")).arg(editor);
        command
    };
    let failed = |why: String| {
        Problem::error(codes::EDITOR, format!("the editor `{editor}` {why}"))
            .mend("see that `EDITOR` names a program that ends when the file is closed")
    };
    let status =
        command.arg(path).status().map_err(|error| failed(format!("cannot be run: {error}")))?;
    match status.success() {
        true => Ok(()),
        false => Err(failed(format!("ended with {status}, and nothing was saved")).into()),
    }
}
