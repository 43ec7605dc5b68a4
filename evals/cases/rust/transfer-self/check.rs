mod transfer;
use transfer::{Account, Accounts, TransferError};

fn main() {
    let mut club = Accounts::default();
    for (id, cents) in [(1, 500), (2, 20), (3, 0)] {
        club.accounts.insert(id, Account { cents, closed: id == 3 });
    }
    assert_eq!(club.transfer(1, 2, 100), Ok(()));
    assert_eq!((club.accounts[&1].cents, club.accounts[&2].cents), (400, 120));
    assert_eq!(club.transfer(2, 1, 121), Err(TransferError::NotEnough { missing: 1 }));
    assert_eq!(club.transfer(2, 3, 1), Err(TransferError::Closed(3)));
    assert_eq!(club.transfer(2, 9, 1), Err(TransferError::Unknown(9)));
    let _ = club.transfer(1, 1, 100);
    assert_eq!(club.accounts[&1].cents, 400);
}
