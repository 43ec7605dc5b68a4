use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

mod standings;
use standings::{Game, League};

struct Counting;
static MADE: AtomicUsize = AtomicUsize::new(0);
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        MADE.fetch_add(1, Ordering::Relaxed);
        System.alloc(layout)
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        System.dealloc(at, layout)
    }
}
#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() {
    let mut league = League::default();
    for id in 0..100 {
        league.add(id, "team", 1000 + 50 * id);
    }
    let games: Vec<Game> = (0..100)
        .map(|n| Game { home: n, guest: (n + 3) % 100, home_points: 1, guest_points: 2 })
        .collect();
    let before = MADE.load(Ordering::Relaxed);
    league.play(&games);
    let made = MADE.load(Ordering::Relaxed) - before;
    assert_eq!((league.teams[&0].points, league.teams[&50].points), (5, 4));
    assert!(made < 300, "{made} allocations");
}
