//! Rows read straight from pages, for a file SQLite cannot follow any more.
//!
//! A leaf page says all about its rows by itself (<https://www.sqlite.org/fileformat2.html>): each is
//! found wherever it lies, whatever happened to the pages above it. What is read so is a claim; whoever
//! asks proves it.

use std::collections::HashMap;

const MAGIC: &[u8] = b"SQLite format 3\0";
const LEAF_OF_TABLE: u8 = 0x0d;
const LEAF_OF_INDEX: u8 = 0x0a;
const NODE_OF_INDEX: u8 = 0x02;
/// As SQLite makes files when nobody says otherwise.
const USUAL_PAGE: usize = 4_096;
/// No row of the journal has more columns.
const MOST_COLUMNS: usize = 32;

/// A column's value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
    /// A float, or what is no value at all.
    Other,
}

impl Value {
    pub(super) fn int(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(value) => Some(value),
            _ => None,
        }
    }

    pub(super) fn blob(&self) -> Option<&[u8]> {
        match self {
            Self::Blob(value) => Some(value),
            _ => None,
        }
    }
}

/// A file's pages, and those that were committed to the log beside it.
pub(super) struct Pages<'f> {
    size: usize,
    file: &'f [u8],
    logged: HashMap<u32, &'f [u8]>,
}

impl<'f> Pages<'f> {
    pub(super) fn of(file: &'f [u8], log: &'f [u8]) -> Self {
        let told =
            |at: usize, bytes: &[u8]| Some(usize::from(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?])));
        let size = told(16, file).filter(|size| file.starts_with(MAGIC) && size.is_power_of_two() && *size >= 512);
        let size = size.unwrap_or(USUAL_PAGE);
        Self {
            size,
            file,
            logged: committed(log, size),
        }
    }

    fn page(&self, number: u32) -> Option<&'f [u8]> {
        if let Some(page) = self.logged.get(&number) {
            return Some(page);
        }
        let start = usize::try_from(number.checked_sub(1)?).ok()?.checked_mul(self.size)?;
        self.file.get(start..start.checked_add(self.size)?)
    }

    fn each(&self) -> impl Iterator<Item = (u32, &'f [u8])> {
        let last = u32::try_from(self.file.len() / self.size).unwrap_or(u32::MAX);
        let last = self.logged.keys().copied().max().unwrap_or(0).max(last);
        (1..=last).filter_map(|number| self.page(number).map(|page| (number, page)))
    }

    /// Rows of tables with a row id: that id, and the columns.
    pub(super) fn table_rows(&self) -> Vec<(i64, Vec<Value>)> {
        let mut found = Vec::new();
        for (number, page) in self.each() {
            self.cells(number, page, LEAF_OF_TABLE, 8, |cell| {
                let (length, read) = varint(cell)?;
                let (id, more) = varint(cell.get(read..)?)?;
                let whole = self.payload(cell.get(read + more..)?, length, self.size - 35)?;
                found.push((id, columns(&whole)?));
                Some(())
            });
        }
        found
    }

    /// Rows of tables without a row id, and entries of indices.
    pub(super) fn index_rows(&self) -> Vec<Vec<Value>> {
        let mut found = Vec::new();
        let most = (self.size - 12) * 64 / 255 - 23;
        for (number, page) in self.each() {
            for (kind, header, child) in [(LEAF_OF_INDEX, 8, 0), (NODE_OF_INDEX, 12, 4)] {
                self.cells(number, page, kind, header, |cell| {
                    let cell = cell.get(child..)?;
                    let (length, read) = varint(cell)?;
                    let whole = self.payload(cell.get(read..)?, length, most)?;
                    found.push(columns(&whole)?);
                    Some(())
                });
            }
        }
        found
    }

    /// Calls `read` with what begins at each cell of a page of this kind.
    fn cells(&self, number: u32, page: &[u8], kind: u8, header: usize, mut read: impl FnMut(&[u8]) -> Option<()>) {
        let start = if number == 1 { 100 } else { 0 };
        let Some(page_header) = page.get(start..start + header) else {
            return;
        };
        if page_header[0] != kind {
            return;
        }
        let count = usize::from(u16::from_be_bytes([page_header[3], page_header[4]]));
        for cell in 0..count {
            let at = start + header + cell * 2;
            let Some(pointer) = page.get(at..at + 2) else { return };
            let pointer = usize::from(u16::from_be_bytes([pointer[0], pointer[1]]));
            // A cell that makes no sense says nothing of the others.
            let _ = page.get(pointer..).and_then(&mut read);
        }
    }

    /// A payload, whose end may lie on other pages; `most` bytes of it lie here at most.
    fn payload(&self, here: &[u8], length: i64, most: usize) -> Option<Vec<u8>> {
        let length = usize::try_from(length)
            .ok()
            .filter(|length| *length <= self.file.len() + self.logged.len() * self.size)?;
        if length <= most {
            return here.get(..length).map(<[u8]>::to_vec);
        }
        let least = (self.size - 12) * 32 / 255 - 23;
        let surplus = least + (length - least) % (self.size - 4);
        let local = if surplus <= most { surplus } else { least };
        let mut whole = here.get(..local)?.to_vec();
        let mut next = u32::from_be_bytes(here.get(local..local + 4)?.try_into().ok()?);
        while whole.len() < length {
            let page = self.page(next)?;
            next = u32::from_be_bytes(page.get(..4)?.try_into().ok()?);
            let wanted = (length - whole.len()).min(self.size - 4);
            whole.extend_from_slice(page.get(4..4 + wanted)?);
        }
        Some(whole)
    }
}

/// The pages of a write-ahead log up to its last commit. What came after was told to nobody.
fn committed(log: &[u8], size: usize) -> HashMap<u32, &[u8]> {
    let (mut settled, mut open) = (HashMap::new(), Vec::new());
    let word = |bytes: &[u8], at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let Some(salts) = log.get(16..24) else { return settled };
    for frame in log.get(32..).unwrap_or_default().chunks_exact(24 + size) {
        let (header, page) = frame.split_at(24);
        let (Some(number), Some(commit)) = (word(header, 0), word(header, 4)) else {
            break;
        };
        if &header[8..16] != salts {
            break;
        }
        open.push((number, page));
        if commit > 0 {
            settled.extend(open.drain(..));
        }
    }
    settled
}

/// A variable-length integer, and how many bytes it takes.
fn varint(bytes: &[u8]) -> Option<(i64, usize)> {
    let mut value: u64 = 0;
    for at in 0..8 {
        let byte = *bytes.get(at)?;
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value.cast_signed(), at + 1));
        }
    }
    Some(((value << 8 | u64::from(*bytes.get(8)?)).cast_signed(), 9))
}

/// The columns of a record.
fn columns(record: &[u8]) -> Option<Vec<Value>> {
    let (header, mut at) = varint(record)?;
    let header = usize::try_from(header).ok()?;
    let (mut body, mut values) = (header, Vec::new());
    while at < header {
        let (kind, read) = varint(record.get(at..header)?)?;
        at += read;
        let length = match kind {
            0 | 8 | 9 => 0,
            1..=4 => usize::try_from(kind).ok()?,
            5 => 6,
            6 | 7 => 8,
            12.. => usize::try_from((kind - 12) / 2).ok()?,
            _ => return None,
        };
        let bytes = record.get(body..body.checked_add(length)?)?;
        body += length;
        values.push(match kind {
            0 => Value::Null,
            8 => Value::Int(0),
            9 => Value::Int(1),
            1..=6 => Value::Int(signed(bytes)),
            7 => Value::Other,
            kind if kind % 2 == 0 => Value::Blob(bytes.to_vec()),
            _ => std::str::from_utf8(bytes).map_or(Value::Other, |text| Value::Text(text.to_owned())),
        });
        if values.len() > MOST_COLUMNS {
            return None;
        }
    }
    Some(values)
}

fn signed(bytes: &[u8]) -> i64 {
    let first = bytes.first().map_or(0, |first| i64::from(first.cast_signed()));
    bytes
        .iter()
        .skip(1)
        .fold(first, |value, byte| value << 8 | i64::from(*byte))
}
