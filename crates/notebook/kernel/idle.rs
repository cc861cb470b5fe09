// What each kernel of the course runs once, when it is ready and nothing is asked of it.
// A notebook sees nothing of it.

// Makes the type inference load its indexes now: the first `let` of a notebook would wait for
// that. Moved away, or each cell would carry it along.
let warm = {
    use notebook::*;
    (predict("")?, [String::new()].iter().map(|text| text.len()).collect::<Vec<_>>())
};
drop(warm);
