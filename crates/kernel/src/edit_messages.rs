//! Two messages in which evcxr and JupyterLab do not understand each other; they are
//! changed on their way and signed anew. The protocol:
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html>.
//!
//! `inspect_request`: JupyterLab asks for the documentation beside a completion and for
//! Shift+Tab. Its cursor may be anywhere in a call, and beyond the end of the code; evcxr
//! wants it at the end of a name. So the code is cut there, which is all that evcxr reads.
//!
//! `complete_reply`: JupyterLab inserts the `text` of a completion. evcxr has a label
//! there, `lower_bound(…)`, and what can be inserted in `matches`.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use super::name_at_cursor::question;
use super::zmtp::Verdict;

/// Between the addresses of a message and its signature.
const DELIMITER: &[u8] = b"<IDS|MSG>";

/// More frames than an address has.
const ADDRESS: usize = 8;

/// Knows the key of a connection.
#[derive(Clone)]
pub struct Inspector {
    /// None: messages are not signed.
    key: Option<Hmac<Sha256>>,
}

impl Inspector {
    /// The one for a connection file.
    pub fn new(connection: &Value) -> Self {
        let key = connection["key"].as_str().filter(|key| !key.is_empty());
        let key = key.map(|key| Hmac::new_from_slice(key.as_bytes()).expect("of any length"));
        Self { key }
    }

    /// What becomes of a message that begins with these frames.
    pub fn judge(&self, frames: &[&[u8]]) -> Verdict {
        let Some(delimiter) = frames.iter().position(|frame| *frame == DELIMITER) else {
            return if frames.len() < ADDRESS { Verdict::Wait } else { Verdict::Pass };
        };
        let [signature, message @ ..] = &frames[delimiter + 1..] else { return Verdict::Wait };
        let Some(header) = message.first() else { return Verdict::Wait };
        let Some(edit) = edit_of(header) else { return Verdict::Pass };
        if message.len() != 4 {
            return Verdict::Wait;
        }
        self.edited(edit, signature, message).map_or(Verdict::Pass, |(signature, content)| {
            Verdict::Replace(vec![(delimiter + 1, signature), (delimiter + 5, content)])
        })
    }

    /// The signature and the content of a message that both sides understand.
    fn edited(
        &self,
        edit: Edit,
        signature: &[u8],
        message: &[&[u8]],
    ) -> Option<(Vec<u8>, Vec<u8>)> {
        // What the other side would not trust does not become trustworthy here.
        if let Some(mac) = self.digest(message) {
            mac.verify_slice(&from_hex(signature)?).ok()?;
        }
        let [signed @ .., content] = message else { return None };
        let mut content: Value = serde_json::from_slice(content).ok()?;
        edit(&mut content)?;
        let content = serde_json::to_vec(&content).ok()?;
        let mac = self.digest(&[signed, &[&content]].concat());
        let signature = mac.map_or_else(Vec::new, |mac| to_hex(&mac.finalize().into_bytes()));
        Some((signature, content))
    }

    fn digest(&self, message: &[&[u8]]) -> Option<Hmac<Sha256>> {
        let mut mac = self.key.clone()?;
        message.iter().for_each(|part| mac.update(part));
        Some(mac)
    }
}

/// Changes the content of a message; `None` if it is not as expected.
type Edit = fn(&mut Value) -> Option<()>;

/// What is done to a message with this header, if anything.
fn edit_of(header: &[u8]) -> Option<Edit> {
    let header: Value = serde_json::from_slice(header).ok()?;
    match header["msg_type"].as_str()? {
        "inspect_request" => Some(ask_for_the_name),
        "complete_reply" => Some(insert_the_match),
        _ => None,
    }
}

fn ask_for_the_name(content: &mut Value) -> Option<()> {
    let cursor = content["cursor_pos"].as_u64()?;
    let asked = question(content["code"].as_str()?, cursor.try_into().ok()?);
    content["cursor_pos"] = asked.chars().count().into();
    content["code"] = asked.into();
    Some(())
}

fn insert_the_match(content: &mut Value) -> Option<()> {
    let matches = content["matches"].as_array()?.clone();
    let labels = content.pointer_mut("/metadata/_jupyter_types_experimental")?.as_array_mut()?;
    for (label, code) in labels.iter_mut().zip(matches) {
        *label.get_mut("text")? = code;
    }
    Some(())
}

fn to_hex(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect()
}

fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let text = str::from_utf8(text).ok()?.as_bytes().chunks(2);
    text.map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const HEADER: &[u8] = br#"{"msg_type": "inspect_request"}"#;
    const CONTENT: &[u8] = br#"{"code": "fib(1, 2)", "cursor_pos": 7, "detail_level": 1}"#;
    // By Python: hmac.new(b"secret", HEADER + b"{}{}" + CONTENT, "sha256").hexdigest().
    const SIGNATURE: &[u8] = b"7df89965b7f6e6d223c6139b13103b91f77ca2192417a494e44e4ada10a83544";

    fn with_key(key: &str) -> Inspector {
        Inspector::new(&json!({ "key": key }))
    }

    /// What the message becomes: signature and content.
    fn asked(key: &str, frames: &[&[u8]]) -> Option<(String, Value)> {
        match with_key(key).judge(frames) {
            Verdict::Replace(parts) => {
                let [(signature, is), (content, says)] = &parts[..] else { panic!("two parts") };
                assert_eq!((content - signature, frames[signature - 1]), (4, DELIMITER));
                let says = serde_json::from_slice(says).expect("JSON");
                Some((String::from_utf8(is.clone()).expect("ASCII"), says))
            }
            _ => None,
        }
    }

    #[test]
    fn a_question_is_cut_at_the_name_and_signed_anew() {
        let (signature, content) =
            asked("secret", &[b"address", DELIMITER, SIGNATURE, HEADER, b"{}", b"{}", CONTENT])
                .expect("a question");
        assert_eq!(content, json!({"code": "fib(", "cursor_pos": 4, "detail_level": 1}));
        // By Python, for {"code":"fib(","cursor_pos":4,"detail_level":1}.
        assert_eq!(signature, "5723ec36b2eccc1fb69f234610e4c4242137b03b6e1469fb53357c179803788c");
    }

    #[test]
    fn a_completion_inserts_what_matches() {
        let header = br#"{"msg_type": "complete_reply"}"#;
        let reply = |text: &str| {
            let types = json!([{"text": text, "type": "function"}, {"text": "two"}]);
            json!({"matches": ["one(n)", "two"],
                "metadata": {"_jupyter_types_experimental": types}})
        };
        let content = reply("one(\u{2026})").to_string();
        let (_, content) = asked("", &[DELIMITER, b"", header, b"{}", b"{}", content.as_bytes()])
            .expect("a reply");
        assert_eq!(content, reply("one(n)"));
    }

    #[test]
    fn without_a_key_there_is_no_signature() {
        let (signature, content) =
            asked("", &[DELIMITER, b"", HEADER, b"{}", b"{}", CONTENT]).expect("a question");
        assert_eq!((signature.as_str(), &content["code"]), ("", &json!("fib(")));
    }

    #[test]
    fn what_is_no_question_or_not_signed_rightly_passes() {
        let other = br#"{"msg_type": "execute_request"}"#;
        for (signature, header, content) in [
            (SIGNATURE, &other[..], CONTENT),
            (SIGNATURE, b"no JSON", CONTENT),
            (SIGNATURE, b"[]", CONTENT),
            (b"00", HEADER, CONTENT),
            (b"", HEADER, CONTENT),
            (b"no hex \xff", HEADER, CONTENT),
            (SIGNATURE, HEADER, b"another content"),
        ] {
            let frames = [DELIMITER, signature, header, b"{}", b"{}", content];
            assert!(matches!(with_key("secret").judge(&frames), Verdict::Pass), "{header:?}");
        }
        for content in [
            &b"no JSON"[..],
            b"[]",
            br#"{"code": 1, "cursor_pos": 1}"#,
            br#"{"code": "fib"}"#,
            br#"{"code": "fib", "cursor_pos": -1}"#,
        ] {
            assert_eq!(asked("", &[DELIMITER, b"", HEADER, b"{}", b"{}", content]), None);
        }
    }

    #[test]
    fn it_waits_no_longer_than_it_must() {
        let inspector = with_key("secret");
        let waits = |frames: &[&[u8]]| matches!(inspector.judge(frames), Verdict::Wait);
        assert!(waits(&[b"address"]));
        assert!(waits(&[DELIMITER, SIGNATURE]));
        assert!(waits(&[DELIMITER, SIGNATURE, HEADER, b"{}", b"{}"]));
        assert!(!waits(&[DELIMITER, SIGNATURE, b"{}"]));
        assert!(!waits(&[&b"no delimiter"[..]; 8]));
    }
}
