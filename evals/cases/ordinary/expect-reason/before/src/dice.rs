//! Dice for a board game, from a small generator that gives the same game for the same seed.

use std::num::NonZeroU32;

pub struct Dice {
    state: u64,
    sides: NonZeroU32,
}

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice { state: seed, sides: NonZeroU32::new(6).unwrap() }
    }

    pub fn roll(&mut self) -> u32 {
        self.state = self.state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let high = u32::try_from(self.state >> 33).unwrap();
        high % self.sides.get() + 1
    }

    /// The highest of several rolls.
    pub fn best_of(&mut self, rolls: std::num::NonZeroU8) -> u32 {
        (0..rolls.get()).map(|_| self.roll()).max().unwrap()
    }
}
