mod price_cache;
use price_cache::{Feed, PriceCache};
use std::sync::mpsc;
use std::time::Duration;

struct Fixed;
impl Feed for Fixed {
    fn price(&self, symbol: &str) -> Option<u64> {
        (symbol != "none").then(|| symbol.len() as u64)
    }
}

fn main() {
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let cache = PriceCache::new(Fixed, 1);
        let got = (cache.price("abc"), cache.price("none"), cache.price("de"), cache.price("abc"));
        let held = cache.len();
        tell.send((got, held)).unwrap();
    });
    let got = told.recv_timeout(Duration::from_secs(3)).expect("it hangs");
    assert_eq!(got, ((Some(3), None, Some(2), Some(3)), 1));
}
