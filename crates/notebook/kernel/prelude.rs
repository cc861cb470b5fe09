// What each kernel of the course runs before it answers, once the notebook crate is loaded.
// A notebook sees nothing of it.

// For `.await` at the top level. The notebook crate decides on version and features.
:dep tokio = "*"
