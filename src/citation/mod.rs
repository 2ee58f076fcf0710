//! A record as a thing cited: the CSL item, and printed references read back.
