//! Later in this file's name.
