mod render_gate;
use render_gate::{render, Gate};

fn main() {
    let gate = Gate::new(2);
    let mut during = 9;
    let frame = render(&gate, || {
        during = gate.free();
        vec![7]
    });
    assert_eq!((frame, gate.free()), (vec![7], 2));
    assert_eq!(render(&gate, Vec::new), vec![0]);
    assert_eq!(during, 1);
}
