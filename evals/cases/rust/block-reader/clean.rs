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
    blocks: usize,
}

impl<T: Tape> BlockReader<T> {
    pub fn new(tape: T) -> Self {
        BlockReader { tape, block: Vec::new(), at: 0, blocks: 0 }
    }

    /// How many blocks were read; an operator may write blocks that are empty.
    pub fn blocks(&self) -> usize {
        self.blocks
    }
}

impl<T: Tape> Read for BlockReader<T> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.block.len() {
            match self.tape.block()? {
                Some(block) => {
                    self.block = block;
                    self.at = 0;
                    self.blocks += 1;
                }
                None => return Ok(0),
            }
        }
        let count = out.len().min(self.block.len() - self.at);
        out[..count].copy_from_slice(&self.block[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}
