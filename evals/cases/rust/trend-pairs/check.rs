mod trend;
use trend::{display, trend, Sample, Trend};

fn main() {
    let level = |values: &[i32]| -> Vec<Sample> {
        values.iter().enumerate().map(|(n, &millimetres)| Sample { minute: n as u32, millimetres }).collect()
    };
    assert_eq!(trend(&level(&[0, 10, 20, -100, 30, 50])), Trend::Rising);
    assert_eq!(trend(&level(&[50, 40, 42])), Trend::Falling);
    assert_eq!(display(&level(&[7])), "7 mm, Steady");
    assert_eq!(display(&level(&[])), "no level, Steady");
}
