//! Kernels that several tests use, one after the other: most of a small test is their start.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

use super::turns::Turn;
use super::{Jupyter, checkout};

/// Those that no test uses. They end with this process: see the end of `kernels.py`.
static IDLE: Mutex<Vec<Jupyter>> = Mutex::new(Vec::new());

/// The only kernel of a client that is lent.
const KERNEL: usize = 0;

/// A client with a kernel, which another test gets after this one unless this one fails.
pub struct Lent(Option<Jupyter>);

impl Jupyter {
    /// A client with a kernel that is ready and has no variable. For tests that leave no other
    /// client and no program behind.
    pub fn lent() -> (Lent, usize) {
        let turn = Turn::beside_another();
        let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let Some(mut jupyter) = idle else {
            let mut jupyter = Self::in_turn(turn);
            jupyter.start(&checkout());
            jupyter.wait(KERNEL);
            return (Lent(Some(jupyter)), KERNEL);
        };
        jupyter.turn = Some(turn);
        // Its variables and threads end with the process of its cells.
        let answer = jupyter.run(KERNEL, "std::process::exit(0)");
        assert_eq!(answer.name.as_deref(), Some("Ended"), "{}", answer.text);
        (Lent(Some(jupyter)), KERNEL)
    }
}

impl Deref for Lent {
    type Target = Jupyter;

    fn deref(&self) -> &Jupyter {
        self.0.as_ref().expect("there until dropped")
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut Jupyter {
        self.0.as_mut().expect("there until dropped")
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut jupyter = self.0.take().expect("there until dropped");
        if !std::thread::panicking() {
            let turn = jupyter.turn.take();
            IDLE.lock().unwrap_or_else(PoisonError::into_inner).push(jupyter);
            drop(turn);
        }
    }
}
