//! What a record is: pure values that cannot lie.
