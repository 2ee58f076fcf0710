//! Other people's formats, read and written side by side.
