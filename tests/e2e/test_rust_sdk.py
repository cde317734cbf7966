"""S3 by the AWS SDK for Rust, under an arbitrary secret (`tests/rust-sdk`)."""
import os
import subprocess

from conftest import REPO


def test_s3_with_the_rust_sdk(endpoint):
    target = os.path.join(os.environ.get("TAXIWAY_CACHE", str(REPO / "target")), "rust-sdk")
    done = subprocess.run(["cargo", "run", "--quiet", "--locked", "--", endpoint], cwd=REPO / "tests" / "rust-sdk", text=True,
                          capture_output=True, env={**os.environ, "CARGO_TARGET_DIR": target}, timeout=900)
    assert done.returncode == 0 and done.stdout.strip() == "ok", done.stdout + done.stderr
