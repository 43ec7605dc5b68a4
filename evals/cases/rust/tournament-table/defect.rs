//! Standings of a chess league.

use std::collections::HashMap;

#[derive(Clone, Debug)]
pub struct Team {
    pub name: String,
    pub points: u32,
    pub strength: u32,
}

#[derive(Debug)]
pub struct Game {
    pub home: u32,
    pub guest: u32,
    pub home_points: u32,
    pub guest_points: u32,
}

#[derive(Default)]
pub struct League {
    pub teams: HashMap<u32, Team>,
}

fn bonus(own: u32, other: u32) -> u32 {
    u32::from(other > own + 100)
}

impl League {
    pub fn add(&mut self, id: u32, name: &str, strength: u32) {
        self.teams.insert(id, Team { name: name.to_string(), points: 0, strength });
    }

    /// Count the games of a day; who scores against a much stronger team gets a point more.
    pub fn play(&mut self, games: &[Game]) {
        for game in games {
            let before = self.teams.clone();
            let strength = |id| before.get(&id).map_or(0, |team| team.strength);
            let (home, guest) = (strength(game.home), strength(game.guest));
            if game.home_points > 0 {
                self.score(game.home, game.home_points + bonus(home, guest));
            }
            if game.guest_points > 0 {
                self.score(game.guest, game.guest_points + bonus(guest, home));
            }
        }
    }

    fn score(&mut self, id: u32, points: u32) {
        if let Some(team) = self.teams.get_mut(&id) {
            team.points += points;
        }
    }
}
