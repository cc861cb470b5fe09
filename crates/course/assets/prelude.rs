!cp "$EVCXR_CONFIG_DIR/Cargo.lock" "$EVCXR_TMPDIR/Cargo.lock"
:dep notebook = { path = "@NOTEBOOK@" }
:dep tokio = "*"
let _ = { use notebook::*; 1 };
