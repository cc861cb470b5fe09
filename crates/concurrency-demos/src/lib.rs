//! The same jobs, run by different models, leave the same record.
