// What each kernel of the course runs before it answers, once the notebook crate is loaded.
// A notebook sees nothing of it.

// For `.await` at the top level. The notebook crate decides on version and features.
:dep tokio = "*"

// Makes the type inference load its indexes now, and evcxr find out once, for all cells to come,
// that a cell may hold a `?`. Moved away, or each cell would carry it along.
let warm = {
    use notebook::*;
    (predict("")?, [String::new()].iter().map(|text| text.len()).collect::<Vec<_>>())
};
drop(warm);
