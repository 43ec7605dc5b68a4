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

/// Compares the first sample with the last.
pub fn trend(samples: &[Sample]) -> Trend {
    let change = match (samples.first(), samples.last()) {
        (Some(first), Some(last)) => last.millimetres - first.millimetres,
        _ => 0,
    };
    if change > NOISE {
        Trend::Rising
    } else if change < -NOISE {
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
