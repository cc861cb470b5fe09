//! When the next spare kernel is started: once the notebook leaves the processors alone.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::sync::watch::Receiver;
use tokio::time::sleep;

use crate::folder::itself;
use crate::front::Doing;

/// How long nothing was asked then.
const REST: Duration = Duration::from_secs(3);

/// Starts a spare kernel like this one when it has rested for a while, if one is wanted.
pub async fn start_when_resting(doing: Receiver<Doing>, settings_file: PathBuf) {
    if super::wanted().is_some() && has_rested(doing).await {
        // It says itself that it has not started; nobody waits for it.
        let _ = start(&settings_file);
    }
}

fn start(settings_file: &Path) -> std::io::Result<()> {
    let mut command = Command::new(itself());
    command.arg0("warm-kernel").arg("spare").arg(settings_file).arg(std::env::current_dir()?);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn()?;
    Ok(())
}

/// True once nothing was asked for a while; false if that will never be.
async fn has_rested(mut doing: Receiver<Doing>) -> bool {
    while doing.wait_for(|doing| *doing == Doing::Resting).await.is_ok() {
        tokio::select! {
            () = sleep(REST) => return true,
            _ = doing.wait_for(|doing| *doing != Doing::Resting) => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use tokio::sync::watch;
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_rest_is_one_without_cells() {
        let (send, doing) = watch::channel(Doing::Starting);
        let begun = Instant::now();
        let rested = tokio::spawn(async move { (has_rested(doing).await, begun.elapsed()) });
        for state in [Doing::Resting, Doing::Working, Doing::Resting] {
            sleep(Duration::from_secs(2)).await;
            send.send_replace(state);
        }
        let (rested, after) = rested.await.expect("no panic");
        assert!(rested);
        assert_eq!(after.as_secs(), 6 + REST.as_secs());
        let (send, doing) = watch::channel(Doing::Failed);
        drop(send);
        assert!(!has_rested(doing).await);
    }
}
