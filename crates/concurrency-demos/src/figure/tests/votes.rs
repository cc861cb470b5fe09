use super::{assert_whole, filled, texts};
use crate::figure::palette::{FAILED, Shade};
use crate::figure::votes;
use crate::lesson::{Votes, predict};

#[test]
fn each_program_stands_where_vote_and_fate_meet() {
    let mut cast = Votes::default();
    for (program, vote, is) in
        [(1, "refused", "refused"), (2, "right", "wrong"), (3, "right", "wrong"), (4, "", "right")]
    {
        let _ = cast.tell(program, &predict(vote).unwrap(), is);
    }
    let figure = votes(&cast);
    assert_whole(&figure);
    assert!(figure.alt().contains("wrong, voted right: 2, 3."), "{}", figure.alt());
    assert!(figure.alt().contains("right, no vote: 4."), "{}", figure.alt());
    assert!(figure.caption().starts_with("1 of 3 votes"), "{}", figure.caption());
    assert_eq!(filled(&figure, FAILED.tint()).len(), 1);
    assert_eq!(filled(&figure, Shade::nth(2).tint()).len(), 1);
}

#[test]
fn no_votes_are_a_sentence() {
    assert_eq!(texts(&votes(&Votes::default())), ["No program has been answered yet."]);
}
