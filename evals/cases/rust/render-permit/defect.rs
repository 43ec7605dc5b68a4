//! At most so many renders use the graphics card at once.

use std::sync::{Condvar, Mutex};

pub struct Gate {
    free: Mutex<usize>,
    freed: Condvar,
}

/// Gives its place back when it is dropped.
pub struct Permit<'a> {
    gate: &'a Gate,
}

impl Gate {
    pub fn new(places: usize) -> Self {
        Gate { free: Mutex::new(places), freed: Condvar::new() }
    }

    pub fn enter(&self) -> Permit<'_> {
        let free = self.free.lock().unwrap();
        let mut free = self.freed.wait_while(free, |free| *free == 0).unwrap();
        *free -= 1;
        Permit { gate: self }
    }

    pub fn free(&self) -> usize {
        *self.free.lock().unwrap()
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.gate.free.lock().unwrap() += 1;
        self.gate.freed.notify_one();
    }
}

/// Render one frame when the card has a place for it.
pub fn render(gate: &Gate, draw: impl FnOnce() -> Vec<u8>) -> Vec<u8> {
    let _ = gate.enter();
    let frame = draw();
    if frame.is_empty() {
        return vec![0];
    }
    frame
}
