//! What was voted of programs against what they are: a square of counts.

use super::canvas::{self, Anchor, Canvas, WIDTH};
use super::palette::{FAILED, GREY, PALE, Shade, WHITE};
use super::{Figure, count};
use crate::lesson::{Answer, Votes};

const LEFT: i32 = 150;
const TOP: i32 = 48;
const ROW: i32 = 44;
const COLUMN: i32 = 145;
const GAP: i32 = 4;

/// Who was voted what: a row for what programs are, a column for what they were taken for.
///
/// Green is the diagonal, where both agree. Orange is what the compiler does not tell: programs
/// that are wrong and were taken for right.
#[must_use]
pub fn votes(votes: &Votes) -> Figure {
    if votes.all().is_empty() {
        return Figure::of_nothing("No program has been answered yet.");
    }
    let svg = canvas::draw(TOP + 3 * ROW + 8, |canvas| {
        canvas.coloured((LEFT - 12, TOP / 2), Anchor::Right, "it is", GREY);
        for (nth, column) in columns().enumerate() {
            let at = (LEFT + COLUMN * nth as i32 + COLUMN / 2, TOP / 2);
            canvas.coloured(at, Anchor::Middle, &heading(column), GREY);
        }
        for (nth, row) in Answer::ALL.into_iter().enumerate() {
            let top = TOP + ROW * nth as i32;
            canvas.text((LEFT - 12, top + ROW / 2), Anchor::Right, row.word());
            for (nth, column) in columns().enumerate() {
                draw_cell(canvas, (LEFT + COLUMN * nth as i32, top), votes, (row, column));
            }
        }
    });
    let (right, voted) = votes.right_of();
    let told = match voted {
        0 => "No vote was cast.".to_owned(),
        _ => format!("{right} of {} were for what the program is.", count(voted, "vote")),
    };
    let caption = format!("{told} The numbers are those of the programs.");
    Figure::new(svg, alt(votes), caption)
}

/// The columns: what was voted, and what was not.
fn columns() -> impl Iterator<Item = Option<Answer>> {
    Answer::ALL.into_iter().map(Some).chain([None])
}

fn heading(voted: Option<Answer>) -> String {
    voted.map_or("no vote".to_owned(), |answer| format!("voted {}", answer.word()))
}

fn draw_cell(
    canvas: &Canvas<'_>,
    (left, top): (i32, i32),
    votes: &Votes,
    (is, voted): (Answer, Option<Answer>),
) {
    let programs = programs(votes, is, voted);
    let (frame, fill) = match voted {
        _ if programs.is_empty() => (PALE, WHITE),
        None => (GREY, PALE),
        Some(voted) if voted == is => (Shade::nth(2).ink, Shade::nth(2).tint()),
        Some(Answer::Right) => (FAILED.ink, FAILED.tint()),
        Some(_) => (GREY, WHITE),
    };
    let to = ((left + COLUMN - GAP).min(WIDTH - 2), top + ROW - GAP);
    canvas.framed((left, top), to, frame, fill);
    let middle = ((left + to.0) / 2, (top + to.1) / 2);
    canvas.text(middle, Anchor::Middle, &programs);
}

/// Their numbers, with commas.
fn programs(votes: &Votes, is: Answer, voted: Option<Answer>) -> String {
    let here = votes.all().iter().filter(|vote| vote.is == is && vote.voted == voted);
    here.map(|vote| vote.program.to_string()).collect::<Vec<_>>().join(", ")
}

fn alt(votes: &Votes) -> String {
    let mut lines = vec!["What programs were voted, against what they are.".to_owned()];
    for is in Answer::ALL {
        for voted in columns() {
            let programs = programs(votes, is, voted);
            if !programs.is_empty() {
                lines.push(format!("{}, {}: {programs}.", is.word(), heading(voted)));
            }
        }
    }
    lines.join("\n")
}
