//! Two moments compared: changes, findings, reports.
