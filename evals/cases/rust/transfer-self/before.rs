//! Moves money between the accounts of a club.

use std::collections::HashMap;

#[derive(Debug, PartialEq)]
pub enum TransferError {
    Unknown(u32),
    SameAccount,
    NotEnough { missing: u64 },
}

#[derive(Default)]
pub struct Accounts {
    pub balances: HashMap<u32, u64>,
}

impl Accounts {
    fn balance(&self, id: u32) -> Result<u64, TransferError> {
        self.balances.get(&id).copied().ok_or(TransferError::Unknown(id))
    }

    pub fn transfer(&mut self, from: u32, to: u32, cents: u64) -> Result<(), TransferError> {
        if from == to {
            return Err(TransferError::SameAccount);
        }
        let source = self.balance(from)?;
        let target = self.balance(to)?;
        if source < cents {
            return Err(TransferError::NotEnough { missing: cents - source });
        }
        self.balances.insert(from, source - cents);
        self.balances.insert(to, target + cents);
        Ok(())
    }
}
