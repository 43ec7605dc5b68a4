//! Prices at yesterday's close. They never change, so what was asked for is kept.

use std::collections::HashMap;
use std::sync::Mutex;

/// Where prices come from.
pub trait Feed {
    fn price(&self, symbol: &str) -> Option<u64>;
}

pub struct PriceCache<F> {
    feed: F,
    prices: Mutex<HashMap<String, u64>>,
}

impl<F: Feed> PriceCache<F> {
    pub fn new(feed: F) -> Self {
        PriceCache { feed, prices: Mutex::new(HashMap::new()) }
    }

    /// The price in cents; what is kept is not asked for again.
    pub fn price(&self, symbol: &str) -> Option<u64> {
        let mut prices = self.prices.lock().unwrap();
        if let Some(&known) = prices.get(symbol) {
            return Some(known);
        }
        let price = self.feed.price(symbol)?;
        prices.insert(symbol.to_string(), price);
        Some(price)
    }

    pub fn len(&self) -> usize {
        self.prices.lock().unwrap().len()
    }
}
