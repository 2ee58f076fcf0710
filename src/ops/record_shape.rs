//! What a record looks like, as one number: to tell those that have the same fields from others, quickly.

use crate::record::Record;
use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use std::fmt::Error;

/// The shape of `record`: which fields it has. Words (roles, kinds, genres) stand for themselves; figures are as
/// good as others, and so are texts.
pub(super) fn shape_of(record: &Record) -> u64 {
    let mut shape = Shape(OFFSET);
    // It takes everything, and the keys of a record are texts.
    let _ = record.serialize(&mut shape);
    shape.0
}

/// A longer text is no word.
const LONGEST_WORD: usize = 24;

/// FNV-1a: the hash of a few short words, again and again.
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// Hashes what is serialised into it.
struct Shape(u64);

impl Shape {
    fn take(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(PRIME);
    }

    fn take_text(&mut self, text: &str) {
        self.take(b'"');
        let before = self.0;
        let mut taken = 0;
        let mut last = b' ';
        for byte in text.bytes() {
            // Figures in a row are one figure.
            let byte = if byte.is_ascii_digit() { b'0' } else { byte };
            if byte == b'0' && last == b'0' {
                continue;
            }
            taken += 1;
            let is_of_a_word = matches!(byte, b'!'..=b'~') && !byte.is_ascii_uppercase();
            if taken > LONGEST_WORD || !is_of_a_word || matches!(byte, b'"' | b'\\') {
                self.0 = before;
                return;
            }
            self.take(byte);
            last = byte;
        }
    }

    fn take_key(&mut self, key: &str) {
        self.take(b':');
        key.bytes().for_each(|byte| self.take(byte));
    }

    fn open(&mut self, bracket: u8) -> Result<&mut Shape, Error> {
        self.take(bracket);
        Ok(self)
    }

    fn close(&mut self) -> Result<(), Error> {
        self.take(b']');
        Ok(())
    }

    fn mark(&mut self, mark: u8) -> Result<(), Error> {
        self.take(mark);
        Ok(())
    }
}

/// The ways in which numbers come; none is told from another.
macro_rules! numbers {
    ($($name:ident: $kind:ty),*) => {
        $(fn $name(self, _: $kind) -> Result<(), Error> {
            self.mark(b'0')
        })*
    };
}

impl<'s> Serializer for &'s mut Shape {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = &'s mut Shape;
    type SerializeTuple = &'s mut Shape;
    type SerializeTupleStruct = &'s mut Shape;
    type SerializeTupleVariant = &'s mut Shape;
    type SerializeMap = &'s mut Shape;
    type SerializeStruct = &'s mut Shape;
    type SerializeStructVariant = &'s mut Shape;

    numbers!(
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_f32: f32, serialize_f64: f64
    );

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.mark(if value { b't' } else { b'f' })
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), Error> {
        self.take_text(text);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Error> {
        self.mark(b'b')
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.mark(b'n')
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.mark(b'n')
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.mark(b'n')
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.take_key(variant);
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<&'s mut Shape, Error> {
        self.open(b'[')
    }

    fn serialize_tuple(self, _: usize) -> Result<&'s mut Shape, Error> {
        self.open(b'[')
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<&'s mut Shape, Error> {
        self.open(b'[')
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<&'s mut Shape, Error> {
        self.take_key(variant);
        self.open(b'[')
    }

    fn serialize_map(self, _: Option<usize>) -> Result<&'s mut Shape, Error> {
        self.open(b'{')
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<&'s mut Shape, Error> {
        self.open(b'{')
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<&'s mut Shape, Error> {
        self.take_key(variant);
        self.open(b'{')
    }
}

/// The lists, by what their elements are given with.
macro_rules! lists {
    ($($kind:ident: $element:ident),*) => {
        $(impl $kind for &mut Shape {
            type Ok = ();
            type Error = Error;

            fn $element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), Error> {
                self.close()
            }
        })*
    };
}

lists!(
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field
);

/// The tables whose keys are known to the program.
macro_rules! tables {
    ($($kind:ident),*) => {
        $(impl $kind for &mut Shape {
            type Ok = ();
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), Error> {
                self.take_key(key);
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), Error> {
                self.close()
            }
        })*
    };
}

tables!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for &mut Shape {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.take(b':');
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Error> {
        self.close()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record_file;

    fn shape(text: &str) -> u64 {
        let text = format!("format = 1\nid = \"a\"\n{text}\n");
        let (draft, _) = record_file::read(text.as_bytes(), "a.toml");
        shape_of(&draft.and_then(|draft| draft.finish().0).expect("a record"))
    }

    #[test]
    fn records_with_the_same_fields_have_one_shape() {
        let same = [
            "title = \"Telegram, \\\"No. 1\\\"\"\ngenre = \"telegram\"\ndate = { sent = \"1951-08\" }",
            "title = \"Телеграмма\"\ngenre = \"telegram\"\ndate = { sent = \"1949-01\" }",
        ];
        assert_eq!(shape(same[0]), shape(same[1]));
        let others = [
            "title = \"T\"\ngenre = \"letter\"\ndate = { sent = \"1951-08\" }",
            "title = \"T\"\ngenre = \"telegram\"\ndate = { sent = \"1951~\" }",
            "title = \"T\"\ngenre = \"telegram\"\ndate = { created = \"1951-08\" }",
            "title = \"T\"\ngenre = \"telegram\"\nnote = \"n\"\ndate = { sent = \"1951-08\" }",
        ];
        for other in others {
            assert_ne!(shape(same[0]), shape(other), "{other}");
        }
    }
}
