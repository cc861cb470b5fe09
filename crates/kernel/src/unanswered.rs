//! Requests that another program took at a kernel's ports before this one did.
//!
//! While a kernel is still being built, something else may answer for it and then become it. The
//! cells that were sent to it meanwhile are not lost: they are the first that are run.

use std::fs;
use std::path::Path;

use anyhow::Context;
use jupyter_protocol::JupyterMessage;

/// Reads a file with a list of pairs, the identities of who asked and the message, and removes it.
pub fn take(path: &Path) -> anyhow::Result<Vec<JupyterMessage>> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("cannot read the requests in {}", path.display()))?;
    fs::remove_file(path)?;
    let pairs: Vec<(Vec<Vec<u8>>, JupyterMessage)> = serde_json::from_str(&text)
        .with_context(|| format!("{} holds no requests", path.display()))?;
    let addressed = |(identities, mut message): (Vec<Vec<u8>>, JupyterMessage)| {
        message.zmq_identities = identities.into_iter().map(Into::into).collect();
        message
    };
    Ok(pairs.into_iter().map(addressed).collect())
}

#[cfg(test)]
mod tests {
    use jupyter_protocol::JupyterMessageContent;

    use super::*;

    const PAIR: &str = r#"[[[[110, 98]], {
        "header": {"msg_id": "one", "username": "", "session": "nb", "msg_type": "execute_request",
            "version": "5.4", "date": "2026-11-26T22:00:00Z"},
        "parent_header": {}, "metadata": {},
        "content": {"code": "1 + 1", "silent": false, "store_history": true,
            "user_expressions": {}, "allow_stdin": false, "stop_on_error": true}}]]"#;

    #[test]
    fn a_request_comes_back_with_who_asked_it_and_only_once() {
        let folder = tempfile::tempdir().expect("a temp folder");
        let path = folder.path().join("unanswered.json");
        fs::write(&path, PAIR).expect("written");
        let requests = take(&path).expect("read");
        let [request] = &requests[..] else { panic!("{} requests", requests.len()) };
        assert_eq!(request.zmq_identities, [&b"nb"[..]]);
        assert_eq!(request.header.msg_id, "one");
        let JupyterMessageContent::ExecuteRequest(asked) = &request.content else {
            panic!("{:?}", request.content)
        };
        assert_eq!(asked.code, "1 + 1");
        let again = take(&path).expect_err("it is gone").to_string();
        assert!(again.contains("unanswered.json"), "{again}");
        fs::write(&path, "[1]").expect("written");
        let wrong = take(&path).expect_err("no requests").to_string();
        assert!(wrong.contains("holds no requests"), "{wrong}");
    }
}
