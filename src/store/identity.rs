//! Who makes a change: the environment first, then Git's configuration, as git itself looks.

use super::repository::{Repository, git_problem};
use crate::problem::{Problem, Result, codes};
use crate::record::{Moment, Person};

/// What the surroundings of the program say about who changes something and when. Empty fields are
/// filled from Git's configuration and the clock.
#[derive(Debug, Clone)]
pub struct Circumstances {
    /// The present moment.
    pub now: Moment,
    /// `GIT_AUTHOR_NAME`, `GIT_AUTHOR_EMAIL` and `GIT_AUTHOR_DATE`.
    pub author: Given,
    /// `GIT_COMMITTER_NAME`, `GIT_COMMITTER_EMAIL` and `GIT_COMMITTER_DATE`.
    pub committer: Given,
}

/// What is given of a person and a moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// The name.
    pub name: Option<String>,
    /// The address.
    pub email: Option<String>,
    /// The moment.
    pub moment: Option<Moment>,
}

/// Author and committer of a new revision.
pub(super) struct Signatures {
    pub(super) author: git2::Signature<'static>,
    pub(super) committer: git2::Signature<'static>,
}

impl Repository {
    pub(super) fn signatures(&self, circumstances: &Circumstances) -> Result<Signatures> {
        let config = self.git.config().and_then(|mut config| config.snapshot());
        let config =
            config.map_err(|error| git_problem("read the configuration of Git", &error))?;
        let text = |key: &str| {
            config.get_str(key).ok().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned)
        };
        let signature = |given: &Given, role: &str| -> Result<git2::Signature<'static>> {
            let given_text =
                |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
            let name = given_text(&given.name)
                .or_else(|| text(&format!("{role}.name")))
                .or_else(|| text("user.name"));
            let email = given_text(&given.email)
                .or_else(|| text(&format!("{role}.email")))
                .or_else(|| text("user.email"));
            let (name, email) = match (name, email) {
                (Some(name), Some(email)) => (name, email),
                (name, email) => return Err(nobody(name.is_none(), email.is_none())),
            };
            let moment = given.moment.unwrap_or(circumstances.now);
            let time = git2::Time::new(moment.seconds, moment.offset_minutes);
            git2::Signature::new(&name, &email, &time).map_err(|error| {
                let person = Person { name, email };
                Problem::error(
                    codes::IDENTITY,
                    format!("`{person}` cannot be the {role} of a revision: {}", error.message()),
                )
                .mend("give a name and an address without angle brackets and line ends")
            })
        };
        Ok(Signatures {
            author: signature(&circumstances.author, "author")?,
            committer: signature(&circumstances.committer, "committer")?,
        })
    }
}

fn nobody(name: bool, email: bool) -> Problem {
    let what = match (name, email) {
        (true, true) => "name and address",
        (true, false) => "name",
        _ => "address",
    };
    let mut mend = Vec::new();
    if name {
        mend.push("git config --global user.name \"Your Name\"");
    }
    if email {
        mend.push("git config --global user.email \"you@example.org\"");
    }
    Problem::error(
        codes::IDENTITY,
        format!("Git does not know your {what}, and every change carries them"),
    )
    .mend(format!("run `{}`", mend.join("` and `")))
}
