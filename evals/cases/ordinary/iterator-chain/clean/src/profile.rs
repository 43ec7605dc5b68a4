//! The height profile of a hike.

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub km: f64,
    pub metres: f64,
}

/// All metres that go up.
pub fn ascent(points: &[Point]) -> f64 {
    points
        .windows(2)
        .map(|pair| pair[1].metres - pair[0].metres)
        .filter(|step| *step > 0.0)
        .fold(0.0, |sum, step| sum + step)
}

/// The highest point; of several the last.
pub fn summit(points: &[Point]) -> Option<Point> {
    points.iter().copied().reduce(|top, point| if point.metres >= top.metres { point } else { top })
}

pub fn length_km(points: &[Point]) -> f64 {
    match (points.first(), points.last()) {
        (Some(first), Some(last)) => last.km - first.km,
        _ => 0.0,
    }
}
