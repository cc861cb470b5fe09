//! What became of a cell, in words for its reader.

use serde_json::{Value, json};

use crate::{cell, memory};

/// Enough of stderr to tell why a process has ended.
const TAIL: usize = 4 * 1024;

/// What was seen while evcxr did something.
#[derive(Default)]
pub struct Seen {
    /// Code runs; before, it was compiled.
    pub begun: bool,
    /// Somebody asked for its end.
    pub interrupted: bool,
    /// evcxr's reports.
    pub errors: Vec<Problem>,
    /// Reports of panics on the thread of the cells.
    pub panics: Vec<String>,
    /// A panic ended it.
    pub panicked: bool,
    /// A `?` ended it.
    pub failed: bool,
    /// What that `?` said.
    pub last_error: Option<String>,
    /// What evcxr must hear when it is done.
    pub for_evcxr: Vec<String>,
    tail: String,
    /// How many processes had been ended for lack of memory when this began.
    ended_before: u64,
    /// The code that was compiled again, and evcxr's first reports.
    again: Option<(String, Vec<Problem>)>,
}

/// Something that ended a cell, as Jupyter has it.
#[derive(Clone, Debug)]
pub struct Problem {
    ename: String,
    /// What happened.
    pub evalue: String,
    traceback: Vec<String>,
}

/// What is told of a cell at its end.
pub struct Verdict {
    /// Panics that something has caught.
    pub caught: Vec<String>,
    /// Why it failed; none if it did not.
    pub problems: Vec<Problem>,
}

impl Seen {
    /// Nothing yet.
    pub fn begin() -> Self {
        Self { ended_before: memory::ended(), ..Self::default() }
    }

    /// What is said where something was ended for lack of memory meanwhile.
    fn ran_out(&self) -> Option<String> {
        (memory::ended() > self.ended_before).then(memory::ran_out)
    }

    /// Keeps the end of stderr.
    pub fn add_to_tail(&mut self, text: &str) {
        self.tail.push_str(text);
        if self.tail.len() > TAIL {
            let cut = self.tail.len() - TAIL;
            let cut = (cut..).find(|at| self.tail.is_char_boundary(*at)).unwrap_or(0);
            self.tail.drain(..cut);
        }
    }

    /// Whether evcxr refused to compile the cell, without its full report.
    pub fn may_be_better(&self) -> bool {
        let plain =
            |problem: &Problem| !problem.traceback.iter().any(|line| line.contains('\u{256d}'));
        self.again.is_none() && !self.begun && self.errors.iter().any(plain)
    }

    /// The cell is compiled again, as `code`.
    pub fn asked_again(&mut self, code: String) {
        self.again = Some((code, std::mem::take(&mut self.errors)));
    }

    /// evcxr's reports: of both, the better. What only the second one has is not the cell's own.
    fn best_errors(&mut self) -> Vec<Problem> {
        let second = std::mem::take(&mut self.errors);
        let Some((_, first)) = &mut self.again else { return second };
        let better = |problem: Problem| {
            let same = second.iter().find(|other| other.evalue == problem.evalue);
            same.cloned().unwrap_or(problem)
        };
        std::mem::take(first).into_iter().map(better).collect()
    }

    /// What became of the cell `code`, which evcxr took for done or not.
    pub fn verdict(
        mut self,
        code: &str,
        done: bool,
        was_defined: &dyn Fn(&str) -> bool,
    ) -> Verdict {
        let mut problems = Vec::new();
        if self.interrupted && !done {
            problems.push(Problem::interrupted(self.begun));
        } else if self.panicked {
            let report = self.panics.pop().unwrap_or_else(|| "panicked\n".to_owned());
            problems.push(Problem::panicked(&report));
        } else if self.failed {
            let said = self.last_error.take().unwrap_or_else(|| "a `?` ended this cell".to_owned());
            problems.push(Problem::new("Error", said.clone(), vec![format!("Error: {said}")]));
        } else if !done {
            problems = self.best_errors();
            if problems.is_empty() {
                problems.push(Problem::new("Error", "evcxr gave no reason".to_owned(), Vec::new()));
            }
        }
        let again = self.again.take().map(|(code, _)| code);
        let sent = again.map_or_else(|| cell::without_foreign_letters(code), Into::into);
        for problem in &mut problems {
            problem.restore(code, &sent);
        }
        let report: Vec<_> = problems.iter().map(Problem::text).collect();
        let report = report.join("\n");
        let ran_out = self.ran_out().filter(|_| !problems.is_empty() && !self.interrupted);
        let ended = cell::ended(&report, &self.tail, ran_out.as_deref());
        if let Some(sentence) = ended.filter(|_| !self.interrupted) {
            problems = vec![Problem::new("Ended", sentence.clone(), vec![sentence])];
        } else if !problems.is_empty()
            && let Some(sentence) = ran_out.or_else(|| cell::advice(code, &report, was_defined))
            && let Some(last) = problems.last_mut()
        {
            last.traceback.push(format!("help: {sentence}"));
        }
        Verdict { caught: self.panics, problems }
    }
}

impl Problem {
    fn new(ename: &str, evalue: String, traceback: Vec<String>) -> Self {
        Self { ename: ename.to_owned(), evalue, traceback }
    }

    /// An error as evcxr reports it.
    pub fn from_evcxr(content: &Value) -> Self {
        let text = |name: &str| content[name].as_str().unwrap_or_default().to_owned();
        let lines = content["traceback"].as_array().into_iter().flatten();
        let lines = lines.map(|line| line.as_str().unwrap_or_default().to_owned());
        Self { ename: text("ename"), evalue: text("evalue"), traceback: lines.collect() }
    }

    /// The cell is not whole.
    pub fn unfinished(sentence: String) -> Self {
        Self::new("Unfinished", sentence.clone(), vec![sentence])
    }

    /// A name of the cell's is one of evcxr's.
    pub fn name_is_taken(sentence: String) -> Self {
        Self::new("NameTaken", sentence.clone(), vec![sentence])
    }

    /// There is no kernel.
    pub fn cannot_start(reason: &str) -> Self {
        let evalue = format!("This kernel cannot start: {reason}");
        let lines = evalue.lines().map(str::to_owned).collect();
        Self::new("KernelCannotStart", evalue, lines)
    }

    /// There is no kernel any more.
    pub fn kernel_has_ended(seen: &Seen) -> Self {
        let what = "evcxr has ended; its variables are gone: restart the kernel, run all above";
        let why = seen.ran_out().map(|sentence| sentence + " ").unwrap_or_default();
        let evalue = why + what;
        Self::new("Ended", evalue.clone(), vec![evalue])
    }

    /// A cell that waited.
    pub fn interrupted_before() -> Self {
        let evalue = "interrupted before it began: run it again";
        Self::new("Interrupted", evalue.to_owned(), vec![evalue.to_owned()])
    }

    fn interrupted(had_begun: bool) -> Self {
        let evalue = if had_begun {
            "interrupted; the variables are gone: run all above"
        } else {
            "interrupted while it was compiled; the variables are still there"
        };
        Self::new("Interrupted", evalue.to_owned(), vec![evalue.to_owned()])
    }

    fn panicked(report: &str) -> Self {
        let lines: Vec<String> = report.lines().map(str::to_owned).collect();
        let first = lines.first().map(String::as_str).unwrap_or_default();
        let evalue = first.strip_prefix("panicked: ").unwrap_or(first).to_owned();
        Self::new("panic", evalue, lines)
    }

    fn restore(&mut self, code: &str, sent: &str) {
        if code != sent {
            for line in &mut self.traceback {
                *line = cell::restored(line, code, sent);
            }
        }
    }

    fn text(&self) -> String {
        format!("{}\n{}", self.evalue, self.traceback.join("\n"))
    }

    /// The content of an `error`, and of a reply.
    pub fn content(&self) -> Value {
        json!({"ename": self.ename, "evalue": self.evalue, "traceback": self.traceback})
    }
}
