//! What a learner holds of programs before the compiler and the run have answered.

use crate::lesson::Guess;

/// What becomes of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Answer {
    /// The compiler does not take it.
    Refused,
    /// It compiles, and does what it should.
    Right,
    /// It compiles, and does not.
    Wrong,
}

impl Answer {
    pub const ALL: [Answer; 3] = [Answer::Refused, Answer::Right, Answer::Wrong];

    pub fn word(self) -> &'static str {
        match self {
            Answer::Refused => "refused",
            Answer::Right => "right",
            Answer::Wrong => "wrong",
        }
    }
}

/// The votes on a list of programs, and what they are. An empty vote is allowed.
///
/// ```
/// use concurrency_demos::{Votes, predict};
///
/// let mut votes = Votes::default();
/// let told = votes.tell(4, &predict("right")?, "wrong");
/// assert_eq!(told, "program 4: you guessed right, it was wrong: not so");
/// # Ok::<(), concurrency_demos::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Votes {
    votes: Vec<Vote>,
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Vote {
    pub program: usize,
    pub voted: Option<Answer>,
    pub is: Answer,
}

impl Votes {
    /// Notes what was voted for a program and what it is, `"refused"`, `"right"` or `"wrong"`,
    /// and tells both. Of one program the last vote counts.
    ///
    /// # Panics
    /// If `is` is another word.
    #[must_use]
    pub fn tell(&mut self, program: usize, vote: &Guess, is: &str) -> String {
        let answer = |word: &str| Answer::ALL.into_iter().find(|answer| answer.word() == word);
        let voted = match vote {
            Guess::Words(words) => words.first().and_then(|word| answer(&word.to_lowercase())),
            _ => None,
        };
        let is = answer(is).expect("a program is refused, right or wrong");
        self.votes.retain(|vote| vote.program != program);
        self.votes.push(Vote { program, voted, is });
        self.votes.sort_by_key(|vote| vote.program);
        let unknown = voted.is_none() && *vote != Guess::Nothing;
        let hint = if unknown { " (a vote is \"refused\", \"right\" or \"wrong\")" } else { "" };
        format!("program {program}: {}{hint}", vote.against(is.word()))
    }

    /// How many votes were for what the program is, and how many votes there are.
    #[must_use]
    pub fn right_of(&self) -> (usize, usize) {
        let voted = self.votes.iter().filter(|vote| vote.voted.is_some());
        (voted.clone().filter(|vote| vote.voted == Some(vote.is)).count(), voted.count())
    }

    pub(crate) fn all(&self) -> &[Vote] {
        &self.votes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::predict;

    #[test]
    fn the_last_vote_on_a_program_counts_and_no_vote_is_none() {
        let mut votes = Votes::default();
        for (program, vote, is) in [
            (2, "right", "wrong"),
            (1, "Refused", "refused"),
            (2, "wrong", "wrong"),
            (3, "", "right"),
        ] {
            let _ = votes.tell(program, &predict(vote).unwrap(), is);
        }
        assert_eq!(votes.right_of(), (2, 2));
        let programs: Vec<usize> = votes.all().iter().map(|vote| vote.program).collect();
        assert_eq!(programs, [1, 2, 3]);
    }

    #[test]
    fn another_word_is_no_vote_and_is_said() {
        let mut votes = Votes::default();
        let told = votes.tell(1, &predict("maybe").unwrap(), "right");
        assert!(told.contains("a vote is \"refused\""), "{told}");
        assert_eq!(votes.right_of(), (0, 0));
    }
}
