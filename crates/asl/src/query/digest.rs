//! Digests of texts, for `States.Hash` and `$hash`.

use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha384, Sha512};

/// Returns the hexadecimal digest of a text. **Errors**: the algorithm is not known.
pub(super) fn of(data: &str, algorithm: &str) -> Result<String, String> {
    Ok(match algorithm {
        "MD5" => hex(&md5::Md5::digest(data)),
        "SHA-1" => hex(&Sha1::digest(data)),
        "SHA-256" => hex(&Sha256::digest(data)),
        "SHA-384" => hex(&Sha384::digest(data)),
        "SHA-512" => hex(&Sha512::digest(data)),
        other => return Err(format!("Hash algorithm '{other}' is not supported")),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
