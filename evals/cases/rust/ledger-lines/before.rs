//! Reads a ledger: one `account;cents` a line.

use std::collections::BTreeMap;
use std::fmt;

#[derive(Debug, PartialEq)]
pub struct LedgerError {
    pub line: usize,
    pub text: String,
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: not `account;cents`: {}", self.line, self.text)
    }
}

impl std::error::Error for LedgerError {}

type Entry = (String, i64);

fn entry(number: usize, text: &str) -> Result<Entry, LedgerError> {
    let wrong = || LedgerError { line: number + 1, text: text.to_string() };
    let (account, cents) = text.split_once(';').ok_or_else(wrong)?;
    Ok((account.trim().to_string(), cents.trim().parse().map_err(|_| wrong())?))
}

/// All lines, or the first that is wrong.
pub fn entries(text: &str) -> Result<Vec<Entry>, LedgerError> {
    text.lines().enumerate().map(|(number, line)| entry(number, line)).collect()
}

/// The balance of each account.
pub fn balances(text: &str) -> Result<BTreeMap<String, i64>, LedgerError> {
    let mut sums = BTreeMap::new();
    for (account, cents) in entries(text)? {
        *sums.entry(account).or_insert(0) += cents;
    }
    Ok(sums)
}
