//! Files that are no part of a catalog: what the user names to be read or written.

use crate::problem::{Problem, Result, codes};
use std::fs::{self, File};
use std::io::{self, BufRead, Read, Write};
use std::path::Path;

/// The largest file that is read whole, unless the caller says otherwise: 256 MiB.
pub const LARGEST_INPUT: u64 = 256 << 20;

/// The bytes of the file `path`, which may be at most `largest` long. `-` is stdin.
pub fn read(path: &Path, largest: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let failed = |error: io::Error| failure("read", path, &error);
    if path == Path::new("-") {
        io::stdin().lock().take(largest + 1).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        let file = File::open(path).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        if length <= largest {
            file.take(largest + 1).read_to_end(&mut bytes).map_err(failed)?;
        } else {
            return Err(too_large(path, largest));
        }
    }
    if bytes.len() as u64 > largest {
        return Err(too_large(path, largest));
    }
    Ok(bytes)
}

/// How long the file `path` is; `None` when it is no regular file.
pub fn length(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|found| found.len())
}

/// A file that is read bit by bit.
#[derive(Debug)]
pub struct Opened(File);

impl Opened {
    /// Opens the file `path`.
    pub fn open(path: &Path) -> Result<Opened> {
        File::open(path).map(Opened).map_err(|error| failure("read", path, &error))
    }

    /// The next `length` bytes, or as many as there are.
    pub fn head(&mut self, length: usize) -> Result<Vec<u8>> {
        let mut head = Vec::new();
        match self.by_ref().take(length as u64).read_to_end(&mut head) {
            Ok(_) => Ok(head),
            Err(error) => {
                Err(Problem::error(codes::DISK, format!("could not read: {}", plain(&error))))
            }
        }
    }
}

impl Read for Opened {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

/// The text of the file `path` (UTF-8, at most `largest` bytes); `-` is stdin.
pub fn read_text(path: &Path, largest: u64) -> Result<String> {
    String::from_utf8(read(path, largest)?).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        Problem::error(
            codes::ENCODING,
            format!("`{}` is not UTF-8: byte {} cannot be read", path.display(), offset + 1),
        )
        .at(crate::problem::Place::file(path.display().to_string()))
        .mend("convert it, for instance with `iconv -f WINDOWS-1251 -t UTF-8`")
    })
}

fn too_large(path: &Path, largest: u64) -> Problem {
    let message = format!("`{}` is larger than {} MiB", path.display(), largest.div_ceil(1 << 20));
    Problem::error(codes::SIZE, message)
}

/// Writes the file `path` so that it is either old or new, never half: beside it, then in its
/// place. A file that is no regular one (`/dev/stdout`, a pipe) is written directly.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |error: io::Error| failure("write", path, &error);
    let special = fs::metadata(path).is_ok_and(|found| !found.is_file());
    if special {
        return fs::OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut file| file.write_all(bytes))
            .map_err(failed);
    }
    // Follow a link that the user made: what it points at is replaced, not the link.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    replace(&path, bytes).map_err(failed)
}

/// Puts `bytes` in place of the file `path`: temporary file in the same folder, `fsync`, rename,
/// `fsync` of the folder. The permissions of a file that was there stay.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = temporary_beside(path)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_folder(folder_of(path));
    Ok(())
}

/// The same for one of many files: whoever writes them calls [`sync_all`] afterwards. Of a file that `is_new` there
/// are no permissions to be kept.
pub(super) fn place_beside(path: &Path, bytes: &[u8], is_new: bool) -> io::Result<()> {
    let mut file = match is_new {
        true => new_beside(path)?,
        false => temporary_beside(path)?,
    };
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Makes the files `written`, below the folder `root`, last. Where the system can do that for a whole disk at once,
/// it takes about as long as for one of them.
pub(super) fn sync_all(root: &Path, written: &[std::path::PathBuf]) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        let _ = written;
        Ok(rustix::fs::syncfs(File::open(root)?)?)
    }
    #[cfg(not(target_os = "linux"))]
    {
        use rayon::prelude::*;
        let _ = root;
        written.par_iter().try_for_each(|path| {
            // Windows lets only those sync who may write.
            fs::OpenOptions::new().write(true).open(path)?.sync_all()
        })?;
        let folders: std::collections::BTreeSet<&Path> =
            written.iter().map(|path| folder_of(path)).collect();
        folders.into_iter().for_each(sync_folder);
        Ok(())
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A temporary file in the folder of `path`, with the permissions that `path` has.
fn temporary_beside(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    let file = new_beside(path)?;
    if let Ok(found) = fs::metadata(path) {
        file.as_file().set_permissions(found.permissions())?;
    }
    Ok(file)
}

/// A temporary file in the folder of `path`, with the permissions of a new file.
fn new_beside(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".fonds-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What the umask leaves of it, as for any new file.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder_of(path))
}

/// A file written bit by bit that takes its place only when it is whole: until
/// [`AtomicFile::finish`] the old file, if any, stays as it is.
#[derive(Debug)]
pub struct AtomicFile {
    path: std::path::PathBuf,
    target: Target,
}

#[derive(Debug)]
enum Target {
    /// Beside the file, under a name of its own.
    Beside(io::BufWriter<tempfile::NamedTempFile>),
    /// What is no regular file (`/dev/stdout`, a pipe) is written directly.
    Direct(io::BufWriter<File>),
}

impl AtomicFile {
    /// Begins the file `path`.
    pub fn create(path: &Path) -> Result<AtomicFile> {
        let failed = |error: io::Error| failure("write", path, &error);
        if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
            let file = fs::OpenOptions::new().write(true).open(path).map_err(failed)?;
            let target = Target::Direct(io::BufWriter::new(file));
            return Ok(AtomicFile { path: path.to_owned(), target });
        }
        // Follow a link that the user made: what it points at is replaced, not the link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let file = temporary_beside(&path).map_err(failed)?;
        let target = Target::Beside(io::BufWriter::with_capacity(1 << 16, file));
        Ok(AtomicFile { path, target })
    }

    /// Puts the file in its place, for good.
    pub fn finish(self) -> Result<()> {
        let AtomicFile { path, target } = self;
        let finished = match target {
            Target::Beside(writer) => {
                writer.into_inner().map_err(io::IntoInnerError::into_error).and_then(|file| {
                    file.as_file().sync_all()?;
                    file.persist(&path).map_err(|error| error.error)?;
                    sync_folder(folder_of(&path));
                    Ok(())
                })
            }
            Target::Direct(mut writer) => writer.flush(),
        };
        finished.map_err(|error| failure("write", &path, &error))
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.target {
            Target::Beside(writer) => writer.write(bytes),
            Target::Direct(writer) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.target {
            Target::Beside(writer) => writer.flush(),
            Target::Direct(writer) => writer.flush(),
        }
    }
}

/// Takes the bytes that a file ought to hold, and tells where it holds others. Nothing is written.
#[derive(Debug)]
pub struct Compared {
    path: std::path::PathBuf,
    file: io::BufReader<File>,
    lines: u64,
    differs: bool,
}

impl Compared {
    /// Begins with the file `path`; `None` when there is no such file.
    pub fn open(path: &Path) -> Result<Option<Compared>> {
        match File::open(path) {
            Ok(file) => Ok(Some(Compared {
                path: path.to_owned(),
                file: io::BufReader::with_capacity(1 << 16, file),
                lines: 0,
                differs: false,
            })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failure("read", path, &error)),
        }
    }

    /// The number of the first line that is not what it ought to be, counted from 1; `None` when
    /// the file holds exactly the bytes that came.
    pub fn finish(mut self) -> Result<Option<u64>> {
        if !self.differs {
            let rest = self.file.fill_buf().map_err(|error| failure("read", &self.path, &error))?;
            self.differs = !rest.is_empty();
        }
        Ok(self.differs.then_some(self.lines + 1))
    }
}

impl Write for Compared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.differs || bytes.is_empty() {
            return Ok(bytes.len());
        }
        let held = self.file.fill_buf()?;
        let common = held.iter().zip(bytes).take_while(|(a, b)| a == b).count();
        self.lines += held[..common].iter().filter(|byte| **byte == b'\n').count() as u64;
        self.differs = common < bytes.len().min(held.len()) || held.is_empty();
        self.file.consume(common);
        Ok(if self.differs { bytes.len() } else { common })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The problem that `path` could not be read.
pub fn not_read(path: &Path, error: &io::Error) -> Problem {
    failure("read", path, error)
}

/// The problem that `path` could not be written.
pub fn not_written(path: &Path, error: &io::Error) -> Problem {
    failure("write", path, error)
}

/// Makes a rename in `folder` last. Not every system can; then there is nothing more to be done.
pub(super) fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Makes the folder `path` and those above it.
pub fn make_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|error| failure("make the folder", path, &error))
}

/// The problem that `attempt` failed on `path`.
pub(super) fn failure(attempt: &str, path: &Path, error: &io::Error) -> Problem {
    let problem = Problem::error(
        codes::DISK,
        format!("could not {attempt} `{}`: {}", path.display(), plain(error)),
    );
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            problem.mend("check the permissions of the file and its folder")
        }
        io::ErrorKind::ReadOnlyFilesystem => problem.mend("the disk is read-only: work on a copy"),
        io::ErrorKind::StorageFull => problem.mend("free some space on the disk and try again"),
        _ => problem,
    }
}

/// The sentence of an error, without `(os error 13)`.
pub(super) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let sentence = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = sentence.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => text,
    }
}

/// A file to work on for a while, in a folder of its own that goes when it is dropped.
#[derive(Debug)]
pub struct ScratchFile {
    folder: tempfile::TempDir,
    path: std::path::PathBuf,
}

impl ScratchFile {
    /// A scratch file called `name` that holds `bytes`. Only its owner can read it.
    pub fn new(name: &str, bytes: &[u8]) -> Result<ScratchFile> {
        let folder = tempfile::Builder::new()
            .prefix("fonds-")
            .tempdir()
            .map_err(|error| failure("make a folder in", &std::env::temp_dir(), &error))?;
        let path = folder.path().join(name);
        fs::write(&path, bytes).map_err(|error| failure("write", &path, &error))?;
        Ok(ScratchFile { folder, path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it holds now.
    pub fn read(&self) -> Result<Vec<u8>> {
        read(&self.path, LARGEST_INPUT)
    }

    /// Leaves the file where it is, for good.
    pub fn keep(self) -> std::path::PathBuf {
        let _ = self.folder.keep();
        self.path
    }
}
