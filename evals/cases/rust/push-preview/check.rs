mod preview;
use preview::{previews, Message};

fn main() {
    let message = |body: &str, muted| Message { sender: "A".into(), body: body.into(), muted };
    let got = previews(&[
        message("two  words\n", false),
        message("hidden", true),
        message("a text that is longer than it may be", false),
        message("a会議は三時から始まります", false),
    ]);
    assert_eq!(got, ["A: two words", "A: a text that is longer th…", "A: a会議は三時から…"]);
}
