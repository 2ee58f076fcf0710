//! A record as a TOML file: read with places, edited without losing a byte.
