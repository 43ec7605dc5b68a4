//! The height profile of a hike.

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub km: f64,
    pub metres: f64,
}

/// All metres that go up.
pub fn ascent(points: &[Point]) -> f64 {
    let mut sum = 0.0;
    if points.is_empty() {
        return sum;
    }
    for i in 1..points.len() {
        let step = points[i].metres - points[i - 1].metres;
        if step > 0.0 {
            sum += step;
        }
    }
    sum
}

/// The highest point; of several the last.
pub fn summit(points: &[Point]) -> Option<Point> {
    let mut best: Option<Point> = None;
    for point in points {
        if best.map_or(true, |top| point.metres >= top.metres) {
            best = Some(*point);
        }
    }
    best
}

pub fn length_km(points: &[Point]) -> f64 {
    match (points.first(), points.last()) {
        (Some(first), Some(last)) => last.km - first.km,
        _ => 0.0,
    }
}
