//! Small compressed pieces: streams of zlib (RFC 1950) whose blocks (RFC 1951) bring no tables of
//! codes.
//!
//! In packs nearly all pieces that tell one version from another are of this kind: some bytes as they
//! are, or a hundred in the codes that everybody knows. A decompressor for everything makes its tables
//! first, which takes ten times as long as such a piece. For all others there is `miniz_oxide`.

/// Fills `into` with what `stream` begins with. `None` when that is not all of a stream of this kind,
/// or has another length or sum: then nothing is said about it.
pub(super) fn inflate_small(stream: &[u8], into: &mut [u8]) -> Option<()> {
    let (head, rest) = stream.split_first_chunk::<2>()?;
    let is_known = head[0] & 0x0f == 8
        && head[0] >> 4 < 8
        && head[1] & 0x20 == 0
        && u16::from_be_bytes(*head).is_multiple_of(31);
    if !is_known {
        return None;
    }
    let mut bits = Bits { rest, held: 0, count: 0 };
    let mut written = 0;
    loop {
        let is_last = bits.take(1)? == 1;
        written = match bits.take(2)? {
            0 => plain(&mut bits, into, written)?,
            1 => fixed(&mut bits, into, written)?,
            _ => return None,
        };
        if is_last {
            break;
        }
    }
    bits.skip_to_byte();
    let sum = (0..4).try_fold(0_u32, |sum, _| Some(sum << 8 | bits.take(8)?))?;
    (written == into.len() && sum == adler(into)).then_some(())
}

/// The bits of a stream, the lowest of each byte first.
struct Bits<'a> {
    rest: &'a [u8],
    held: u64,
    count: u32,
}

impl Bits<'_> {
    /// Has at least 48 bits at hand, as long as there are some.
    fn fill(&mut self) {
        while self.count <= 48
            && let Some((byte, rest)) = self.rest.split_first()
        {
            self.held |= u64::from(*byte) << self.count;
            self.count += 8;
            self.rest = rest;
        }
    }

    fn take(&mut self, count: u32) -> Option<u32> {
        if self.count < count {
            self.fill();
        }
        let bits = self.held & ((1 << count) - 1);
        self.drop(count)?;
        u32::try_from(bits).ok()
    }

    fn drop(&mut self, count: u32) -> Option<()> {
        self.count = self.count.checked_sub(count)?;
        self.held >>= count;
        Some(())
    }

    fn skip_to_byte(&mut self) {
        self.held >>= self.count % 8;
        self.count -= self.count % 8;
    }
}

/// A block of bytes as they are (RFC 1951, 3.2.4).
fn plain(bits: &mut Bits<'_>, into: &mut [u8], start: usize) -> Option<usize> {
    bits.skip_to_byte();
    let (length, check) = (bits.take(16)?, bits.take(16)?);
    if length ^ check != 0xffff {
        return None;
    }
    let end = start + length as usize;
    for place in into.get_mut(start..end)? {
        *place = u8::try_from(bits.take(8)?).ok()?;
    }
    Some(end)
}

/// Lengths of repetitions and how many bits follow (RFC 1951, 3.2.5), from the code 257 on.
const LENGTHS: [(u16, u8); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];
/// How far back, and how many bits follow.
const DISTANCES: [(u16, u8); 30] = [
    (1, 0),
    (2, 0),
    (3, 0),
    (4, 0),
    (5, 1),
    (7, 1),
    (9, 2),
    (13, 2),
    (17, 3),
    (25, 3),
    (33, 4),
    (49, 4),
    (65, 5),
    (97, 5),
    (129, 6),
    (193, 6),
    (257, 7),
    (385, 7),
    (513, 8),
    (769, 8),
    (1025, 9),
    (1537, 9),
    (2049, 10),
    (3073, 10),
    (4097, 11),
    (6145, 11),
    (8193, 12),
    (12289, 12),
    (16385, 13),
    (24577, 13),
];

/// A block in the fixed codes (RFC 1951, 3.2.6).
fn fixed(bits: &mut Bits<'_>, into: &mut [u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        bits.fill();
        // Codes begin with their highest bit. There are always nine bits: a sum follows the end.
        let code = (bits.held as u16 & 0x1ff).reverse_bits() >> 7;
        let symbol = match code {
            0..0x060 => {
                bits.drop(7)?;
                256 + (code >> 2)
            }
            0x060..0x180 => {
                bits.drop(8)?;
                (code >> 1) - 0x30
            }
            0x180..0x190 => {
                bits.drop(8)?;
                280 + ((code >> 1) - 0xc0)
            }
            _ => {
                bits.drop(9)?;
                144 + (code - 0x190)
            }
        };
        if let Ok(byte) = u8::try_from(symbol) {
            *into.get_mut(at)? = byte;
            at += 1;
            continue;
        }
        if symbol == 256 {
            return Some(at);
        }
        let (length, more) = LENGTHS.get(usize::from(symbol - 257))?;
        let length = usize::from(*length) + bits.take(u32::from(*more))? as usize;
        let code = (bits.take(5)? as u8).reverse_bits() >> 3;
        let (distance, more) = DISTANCES.get(usize::from(code))?;
        let distance = usize::from(*distance) + bits.take(u32::from(*more))? as usize;
        let from = at.checked_sub(distance)?;
        let end = at + length;
        if end > into.len() {
            return None;
        }
        // What is repeated may be what is being written.
        for place in at..end {
            into[place] = into[place - at + from];
        }
        at = end;
    }
}

/// The sum of RFC 1950, 8.2.
fn adler(bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (1_u32, 0_u32);
    // So many bytes at most before a sum could be too large for its number.
    for piece in bytes.chunks(5552) {
        for byte in piece {
            a += u32::from(*byte);
            b += a;
        }
        a %= 65_521;
        b %= 65_521;
    }
    b << 16 | a
}

#[cfg(test)]
mod tests {
    use super::*;
    use miniz_oxide::deflate::core::{
        CompressionStrategy, CompressorOxide, TDEFLFlush, compress,
        create_comp_flags_from_zip_params,
    };
    use proptest::prelude::*;

    fn deflated(bytes: &[u8], strategy: CompressionStrategy) -> Vec<u8> {
        let flags = create_comp_flags_from_zip_params(6, 15, strategy as i32);
        let mut out = vec![0; bytes.len() * 2 + 100];
        let mut compressor = CompressorOxide::new(flags);
        let (_, read, written) = compress(&mut compressor, bytes, &mut out, TDEFLFlush::Finish);
        assert_eq!(read, bytes.len());
        out.truncate(written);
        out
    }

    fn contents() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            prop::collection::vec(any::<u8>(), 0..400),
            prop::collection::vec(0..4u8, 0..2000),
            prop::collection::vec("[a-z]{1,9} ", 0..300)
                .prop_map(|words| words.concat().into_bytes()),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_was_deflated_comes_back(bytes in contents()) {
            let stream = deflated(&bytes, CompressionStrategy::Fixed);
            let mut into = vec![0; bytes.len()];
            prop_assert_eq!(inflate_small(&stream, &mut into), Some(()));
            prop_assert_eq!(&into, &bytes);
            // Whatever else follows is not looked at.
            let longer = [&stream[..], b"more"].concat();
            prop_assert_eq!(inflate_small(&longer, &mut into), Some(()));
            // Another length, and any beginning of it, is nothing.
            prop_assert_eq!(inflate_small(&stream, &mut vec![0; bytes.len() + 1]), None);
            for end in (0..stream.len()).step_by(7) {
                prop_assert_eq!(inflate_small(&stream[..end], &mut into), None);
            }
        }

        #[test]
        fn streams_with_tables_are_left_to_others(bytes in contents()) {
            let stream = deflated(&bytes, CompressionStrategy::Default);
            let mut into = vec![0; bytes.len()];
            if inflate_small(&stream, &mut into).is_some() {
                prop_assert_eq!(&into, &bytes);
            }
        }

        #[test]
        fn anything_else_is_nothing(bytes in prop::collection::vec(any::<u8>(), 0..200), length in 0..300usize) {
            let mut into = vec![0; length];
            let _ = inflate_small(&[&[0x78, 0x9c][..], &bytes].concat(), &mut into);
            prop_assert_eq!(inflate_small(&bytes, &mut into).is_some_and(|()| bytes.len() < 8), false);
        }

        #[test]
        fn one_bit_that_is_wrong_is_found(bytes in contents(), at in any::<prop::sample::Index>(), bit in 0..8u8) {
            let mut stream = deflated(&bytes, CompressionStrategy::Fixed);
            let at = at.index(stream.len());
            stream[at] ^= 1 << bit;
            let mut into = vec![0; bytes.len()];
            if inflate_small(&stream, &mut into).is_some() {
                prop_assert_eq!(&into, &bytes);
            }
        }
    }
}
