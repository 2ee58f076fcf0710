//! Disk and Git: the only room that knows `git2` and `std::fs`. It speaks text.
