mod sessions;
use sessions::Sessions;
use std::time::{Duration, Instant};

fn main() {
    let start = Instant::now();
    let at = |seconds| start + Duration::from_secs(seconds);
    let mut sessions = Sessions::new(Duration::from_secs(60));
    sessions.touch(1, "ann", at(0));
    sessions.touch(2, "bob", at(50));
    sessions.touch(3, "cat", at(40));
    assert_eq!(sessions.sweep(at(100)), 1);
    assert_eq!((sessions.reader(1), sessions.reader(2)), (None, Some("bob")));
    assert_eq!(sessions.reader(3), Some("cat"));
}
