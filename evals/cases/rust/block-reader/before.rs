//! Reads the data of a tape, which stands there in blocks of any length.

use std::io::{self, Read};

/// Blocks in their order; `None` after the last.
pub trait Tape {
    fn block(&mut self) -> io::Result<Option<Vec<u8>>>;
}

pub struct BlockReader<T> {
    tape: T,
    block: Vec<u8>,
    at: usize,
}

impl<T: Tape> BlockReader<T> {
    pub fn new(tape: T) -> Self {
        BlockReader { tape, block: Vec::new(), at: 0 }
    }
}

impl<T: Tape> Read for BlockReader<T> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.block.len() {
            let Some(block) = self.tape.block()? else {
                return Ok(0);
            };
            self.block = block;
            self.at = 0;
        }
        let count = out.len().min(self.block.len() - self.at);
        out[..count].copy_from_slice(&self.block[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}
