//! Lists the built console's files for embedding: `console/dist`, empty where the console has not been built.
//!
//! A file that has a `.br` beside it is embedded in that form alone.

use std::{
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let variable = |name: &str| env::var_os(name).map(PathBuf::from).unwrap_or_default();
    let dist = variable("CARGO_MANIFEST_DIR").join("../../console/dist");
    // Cargo takes a watched path that is not there for changed, every time.
    let _ = fs::create_dir_all(&dist);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../../console/dist");
    let mut files = Vec::new();
    if let Ok(dist) = dist.canonicalize() {
        collect(&dist, &dist, &mut files)?;
    }
    files.sort();
    let mut table = String::from("&[\n");
    for (name, path, packed) in files {
        let mut hasher = DefaultHasher::new();
        fs::read(&path)?.hash(&mut hasher);
        table += &format!(
            "Asset {{ path: {name:?}, bytes: include_bytes!({:?}), packed: {packed}, tag: \"\\\"{:016x}\\\"\" }},\n",
            path.display().to_string(),
            hasher.finish()
        );
    }
    table.push_str("]\n");
    fs::write(variable("OUT_DIR").join("assets.rs"), table)
}

/// Finds the files below a folder: name, what to embed, whether that is brotli.
fn collect(root: &Path, folder: &Path, into: &mut Vec<(String, PathBuf, bool)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, into)?;
            continue;
        }
        let name = path.strip_prefix(root).map_err(io::Error::other)?;
        let name = name.to_string_lossy().replace('\\', "/");
        let left_out = [".br", ".gz", ".map"].iter().any(|end| name.ends_with(end));
        if left_out || name.starts_with('.') {
            continue;
        }
        let mut packed = path.clone().into_os_string();
        packed.push(".br");
        let packed = PathBuf::from(packed);
        if packed.is_file() {
            into.push((name, packed, true));
        } else {
            into.push((name, path, false));
        }
    }
    Ok(())
}
