//! プッシュ通知に出す短い文を作る。

/// 通知の本文に使える最大のバイト数。
const LIMIT: usize = 24;

pub struct Message {
    pub sender: String,
    pub body: String,
    pub muted: bool,
}

/// 改行と連続した空白を一つの空白にする。
fn flatten(body: &str) -> String {
    body.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// 長い文は途中で切り、末尾に「…」を付ける。
pub fn preview(message: &Message) -> Option<String> {
    if message.muted {
        return None;
    }
    let body = flatten(&message.body);
    if body.len() <= LIMIT {
        return Some(format!("{}: {}", message.sender, body));
    }
    let cut = body[..LIMIT].trim_end();
    Some(format!("{}: {}…", message.sender, cut))
}

/// 一覧用。通知しないものは数えない。
pub fn previews(messages: &[Message]) -> Vec<String> {
    messages.iter().filter_map(preview).collect()
}
