mod block_reader;
use block_reader::{BlockReader, Tape};
use std::io::Read;

struct Blocks(Vec<&'static str>);
impl Tape for Blocks {
    fn block(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        Ok(if self.0.is_empty() { None } else { Some(self.0.remove(0).into()) })
    }
}

fn main() {
    let mut text = String::new();
    let mut reader = BlockReader::new(Blocks(vec!["ab", "c", "", "def"]));
    reader.read_to_string(&mut text).unwrap();
    assert_eq!((text.as_str(), reader.blocks()), ("abcdef", 4));
}
