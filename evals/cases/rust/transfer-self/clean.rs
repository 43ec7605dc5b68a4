//! Moves money between the accounts of a club.

use std::collections::HashMap;

#[derive(Debug, PartialEq)]
pub enum TransferError {
    Unknown(u32),
    SameAccount,
    NotEnough { missing: u64 },
    Closed(u32),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Account {
    pub cents: u64,
    pub closed: bool,
}

#[derive(Default)]
pub struct Accounts {
    pub accounts: HashMap<u32, Account>,
}

impl Accounts {
    fn open(&self, id: u32) -> Result<Account, TransferError> {
        match self.accounts.get(&id) {
            None => Err(TransferError::Unknown(id)),
            Some(account) if account.closed => Err(TransferError::Closed(id)),
            Some(account) => Ok(*account),
        }
    }

    pub fn transfer(&mut self, from: u32, to: u32, cents: u64) -> Result<(), TransferError> {
        if from == to {
            return Err(TransferError::SameAccount);
        }
        let source = self.open(from)?;
        let target = self.open(to)?;
        if source.cents < cents {
            return Err(TransferError::NotEnough { missing: cents - source.cents });
        }
        self.accounts.insert(from, Account { cents: source.cents - cents, ..source });
        self.accounts.insert(to, Account { cents: target.cents + cents, ..target });
        Ok(())
    }
}
