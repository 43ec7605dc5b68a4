//! Sessions of the terminals in a library.

use std::collections::HashMap;
use std::time::{Duration, Instant};

pub struct Session {
    pub reader: String,
    pub seen: Instant,
}

pub struct Sessions {
    by_terminal: HashMap<u16, Session>,
    ttl: Duration,
}

impl Sessions {
    pub fn new(ttl: Duration) -> Self {
        Sessions { by_terminal: HashMap::new(), ttl }
    }

    pub fn touch(&mut self, terminal: u16, reader: &str, now: Instant) {
        self.by_terminal.insert(terminal, Session { reader: reader.to_string(), seen: now });
    }

    /// End what nobody has used for a while; the number of sessions that were ended.
    pub fn sweep(&mut self, now: Instant) -> usize {
        let ttl = self.ttl;
        let before = self.by_terminal.len();
        self.by_terminal.retain(|_, session| now.duration_since(session.seen) > ttl);
        before - self.by_terminal.len()
    }

    pub fn reader(&self, terminal: u16) -> Option<&str> {
        self.by_terminal.get(&terminal).map(|session| session.reader.as_str())
    }
}
