//! Lines of another program, of which none is longer than what is kept of it.

use tokio::io::{AsyncBufRead, AsyncBufReadExt};

/// A longer line comes in pieces.
pub const LONGEST: usize = 64 * 1024;

/// Reads on in a line until it is whole, or a piece of one is; false at the end of all. Nothing
/// is lost if this is not waited for to the end.
pub async fn read(reader: &mut (impl AsyncBufRead + Unpin), line: &mut Vec<u8>) -> bool {
    loop {
        let Ok(bytes) = reader.fill_buf().await else { return false };
        if bytes.is_empty() {
            return !line.is_empty();
        }
        let piece = &bytes[..bytes.len().min(LONGEST - line.len())];
        let end = piece.iter().position(|byte| *byte == b'\n');
        let length = end.map_or(piece.len(), |end| end + 1);
        line.extend_from_slice(&piece[..length]);
        reader.consume(length);
        if end.is_some() || line.len() == LONGEST {
            return true;
        }
    }
}

/// The text of a line, without its end. What is no text is replaced: a line is not lost for it.
pub fn take(line: &mut Vec<u8>) -> String {
    let text = String::from_utf8_lossy(line).trim_end_matches('\n').to_owned();
    line.clear();
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_line_is_lost_and_none_is_longer_than_a_piece() {
        let long = "x".repeat(LONGEST + 5);
        let all = [b"one\n\xff\n", long.as_bytes(), b"\n\nlast"].concat();
        let (mut reader, mut line, mut lines) = (all.as_slice(), Vec::new(), Vec::new());
        while read(&mut reader, &mut line).await {
            lines.push(take(&mut line));
        }
        assert_eq!(lines, ["one", "\u{fffd}", &long[..LONGEST], "xxxxx", "", "last"]);
    }
}
