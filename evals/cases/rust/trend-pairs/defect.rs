//! Trends of a water level.

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    pub minute: u32,
    pub millimetres: i32,
}

#[derive(Debug, PartialEq)]
pub enum Trend {
    Rising,
    Falling,
    Steady,
}

/// The level moves by this much without meaning.
const NOISE: i32 = 5;

/// What most neighbours do: one sample that is wrong does not turn the trend.
pub fn trend(samples: &[Sample]) -> Trend {
    let mut balance = 0;
    for i in 0..samples.len() - 1 {
        let change = samples[i + 1].millimetres - samples[i].millimetres;
        if change.abs() > NOISE {
            balance += change.signum();
        }
    }
    if balance > 0 {
        Trend::Rising
    } else if balance < 0 {
        Trend::Falling
    } else {
        Trend::Steady
    }
}

/// One line for the display at the lock.
pub fn display(samples: &[Sample]) -> String {
    match samples.last() {
        Some(last) => format!("{} mm, {:?}", last.millimetres, trend(samples)),
        None => format!("no level, {:?}", trend(samples)),
    }
}
