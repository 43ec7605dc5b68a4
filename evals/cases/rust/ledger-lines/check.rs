mod ledger;

fn main() {
    let sums = ledger::balances("# May\nbank; 100\n\ncash;5\nbank;-30\n").unwrap();
    assert_eq!(sums.into_iter().collect::<Vec<_>>(), [("bank".into(), 70), ("cash".into(), 5)]);
    assert_eq!(ledger::balances("bank;1\n#\nbank;1o0\n").unwrap_err().line, 3);
    assert!(ledger::entries("bank 1").is_err());
}
