//! What the kernel makes of any bytes at all that come from outside: from a client, from Jupyter,
//! from the process of the cells, from a notebook that takes a spare. No panic, and no memory
//! beyond a limit. The tests below give it random and mutated inputs; `crates/fuzz` looks for
//! others by what code they reach.

use jupyter_protocol::JupyterMessage;
use jupyter_zmq_client::ConnectionInfo;

use crate::front::{Control, Frames, Reader};
use crate::{cell, name_at_cursor, spare};

/// A client sends these bytes to a port. They are let in or not, however they are cut.
pub fn client_sends(bytes: &[u8]) {
    let (mut whole, mut cut) = (Frames::default(), Frames::default());
    let whole = whole.read(bytes).is_ok();
    let cut = pieces(bytes).all(|piece| cut.read(piece).is_ok());
    assert_eq!(whole, cut);
}

/// The process of the cells prints these bytes. The same is read of a text however it is cut, but
/// for a line that is no word and too long to wait for.
pub fn cells_print(bytes: &[u8]) {
    let (mut whole, mut cut) = (Reader::default(), Reader::default());
    let mut of_whole = whole.read(bytes);
    of_whole.extend(whole.rest());
    let mut of_cut: Vec<_> = pieces(bytes).flat_map(|piece| cut.read(piece)).collect();
    of_cut.extend(cut.rest());
    for rest in [whole.rest(), cut.rest()] {
        assert!(rest.is_empty(), "{rest:?}");
    }
    if str::from_utf8(bytes).is_ok() && bytes.split(|byte| *byte == b'\n').all(is_short) {
        assert_eq!(told(&of_whole), told(&of_cut));
    }
}

/// The process of the cells says these bytes to the kernel itself.
pub fn cells_say(bytes: &[u8]) {
    let (mut whole, mut cut) = (Control::default(), Control::default());
    whole.hear(bytes);
    let of_whole = all_told(&mut whole);
    let mut of_cut = (Vec::new(), true);
    for piece in pieces(bytes) {
        cut.hear(piece);
        let (told, is_understood) = all_told(&mut cut);
        of_cut.0.extend(told);
        of_cut.1 = is_understood;
        if !is_understood {
            break;
        }
    }
    assert_eq!(of_whole, of_cut);
}

/// Jupyter, or whoever answered before this kernel, says this.
pub fn jupyter_says(bytes: &[u8]) {
    let _ = serde_json::from_slice::<JupyterMessage>(bytes);
    let _ = serde_json::from_slice::<Vec<(Vec<Vec<u8>>, JupyterMessage)>>(bytes);
    let _ = serde_json::from_slice::<ConnectionInfo>(bytes);
    let _ = spare::is_request(bytes);
}

/// A cell has this code, and evcxr reports this of it; the cursor is anywhere.
pub fn cell_holds(code: &str, report: &str, cursor: usize) {
    let sent = cell::without_foreign_letters(code);
    assert_eq!(sent.chars().count(), code.chars().count());
    let asked = name_at_cursor::question(code, cursor);
    assert!(asked.len() <= code.len(), "{asked:?}");
    let again = cell::placeholders(code).unwrap_or_else(|| sent.clone().into_owned());
    let said = [
        cell::unfinished(code),
        cell::meets_evcxr(code),
        cell::advice(code, report, &|name| name.len() % 2 == 0),
        cell::ended(report, code, Some("memory ran out")),
        Some(cell::restored(report, code, &again)),
        Some(cell::without_loaded(code, "notebook", &|_| true).into_owned()),
    ];
    let _ = (said, cell::completeness(code), cell::warnings(code), cell::defined_names(code));
}

/// Cuts bytes into pieces, whose lengths are those of the bytes themselves.
fn pieces(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let length = 1 + usize::from(*bytes.first()? % 7);
        let (piece, rest) = bytes.split_at(length.min(bytes.len()));
        bytes = rest;
        Some(piece)
    })
}

fn is_short(line: &[u8]) -> bool {
    line.len() < 400
}

/// What words say, with texts behind one another as one.
fn told(words: &[crate::front::Word]) -> Vec<String> {
    let mut all = vec![String::new()];
    for word in words {
        match word {
            crate::front::Word::Text(text) => all.last_mut().expect("one").push_str(text),
            other => all.extend([format!("{other:?}"), String::new()]),
        }
    }
    all
}

fn all_told(control: &mut Control) -> (Vec<String>, bool) {
    let mut all = Vec::new();
    loop {
        match control.told() {
            Ok(Some(told)) => all.push(format!("{told:?}")),
            end => return (all, end.is_ok()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::{Index, select};
    use proptest::test_runner::TestRunner;

    use super::*;

    /// Runs so many cases, or a million.
    fn all<S: Strategy>(what: &str, quick: u32, inputs: S, check: impl Fn(S::Value)) {
        let cases = if crate::is_long() { 1_000_000 } else { quick };
        let config = ProptestConfig { cases, failure_persistence: None, ..Default::default() };
        let result = TestRunner::new(config).run(&inputs, |input| {
            check(input);
            Ok(())
        });
        result.unwrap_or_else(|error| panic!("{error}"));
        println!("{what}: {cases} inputs");
    }

    /// Random pieces behind one another, each one of these or random bytes.
    fn of(known: &'static [&'static [u8]]) -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            6 => select(known).prop_map(<[u8]>::to_vec),
            1 => vec(any::<u8>(), 0..12),
        ];
        let changes = vec((any::<Index>(), any::<u8>()), 0..3);
        (vec(piece, 0..14), changes).prop_map(|(pieces, changes)| {
            let mut bytes = pieces.concat();
            for (at, byte) in changes {
                if !bytes.is_empty() {
                    let at = at.index(bytes.len());
                    bytes[at] = byte;
                }
            }
            bytes
        })
    }

    #[test]
    fn a_client_may_send_anything() {
        const GREETING: &[u8] = &[0xff; 64];
        const PIECES: &[&[u8]] = &[
            GREETING,
            &[0, 3, 1, 2, 3],
            &[1, 0],
            &[4, 5, b'R', b'E', b'A', b'D', b'Y'],
            &[2, 0, 0, 0, 0, 0, 0, 0, 2, 9, 9],
            &[3, 0, 0, 0, 0, 3, 0, 0, 0],
            &[2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        ];
        let greeted = of(PIECES).prop_map(|bytes| [GREETING, &bytes].concat());
        all("a client's frames", 20_000, greeted, |bytes| client_sends(&bytes));
    }

    #[test]
    fn cells_may_print_anything() {
        const PIECES: &[&[u8]] = &[
            b"EVCXR_BEGIN_CONTENT text/html\n",
            b"EVCXR_BEGIN_CONTENT text/plain display_id=a\n",
            b"EVCXR_END_CONTENT\n",
            b"EVCXR_EXECUTION_COMPLETE\n",
            b"EVCXR_PANIC_NOTIFICATION\n",
            b"EVCXR_ERROR_OCCURRED\n",
            b"EVCXR_VARIABLE_CHANGED_TYPE:x\n",
            b"EVCXR_INPUT_REQUEST\n",
            b"EVCXR_",
            b"some text",
            "\u{1f373} \u{e9}".as_bytes(),
            b"\n",
        ];
        all("what cells print", 20_000, of(PIECES), |bytes| cells_print(&bytes));
    }

    #[test]
    fn cells_may_say_anything_to_the_kernel() {
        const PIECES: &[&[u8]] = &[
            b"waiting\n",
            b"panic 5\nburnt",
            b"panic 9\nwaiting\n\n",
            b"panic 262145\n",
            b"panic -1\n",
            b"panic 18446744073709551615\n",
            b"panic ",
            b"\n",
        ];
        all("what cells say to the kernel", 20_000, of(PIECES), |bytes| cells_say(&bytes));
    }

    #[test]
    fn jupyter_may_say_anything() {
        const PIECES: &[&[u8]] = &[
            br#"[[[[110, 98]], {"header": {"msg_id": "one", "username": "", "session": "nb",
                "msg_type": "execute_request", "version": "5.4", "date": "2026-11-26T22:00:00Z"},
                "parent_header": {}, "metadata": {}, "content": {"code": "1", "silent": false,
                "store_history": true, "user_expressions": {}, "allow_stdin": false}}]]"#,
            br#"{"header": {"msg_id": "two", "msg_type": "interrupt_request"}, "content": {}}"#,
            br#"{"connection": {"ip": "*", "transport": "tcp", "shell_port": 1, "iopub_port": 2,
                "stdin_port": 3, "control_port": 4, "hb_port": 65536, "key": "",
                "signature_scheme": "hmac-sha256"}, "variables": {"A": "b"}}"#,
            b"[[[[",
            b"{\"content\":",
            b"1e999",
            b"null",
            b"\"\\ud800\"",
        ];
        all("what Jupyter says", 10_000, of(PIECES), |bytes| jupyter_says(&bytes));
    }

    #[test]
    fn a_cell_may_hold_anything() {
        const PIECES: &[&[u8]] = &[
            b"let a = &list;\n",
            b"fn f<'a>(x: &'a str) -> u8 {",
            b":dep notebook = { path = \"x\" }\n",
            b"static A: u8 = 1;",
            b"r#\"(",
            b"\"/* ",
            b"// ",
            b"'\\''",
            b"vec![1, 2].iter().map(|x| x",
            b"}])>",
            b".await",
            "\u{1f373}\u{e9}e\u{301}\r\n".as_bytes(),
            "The variable `a` contains a reference with a non-static lifetime".as_bytes(),
            " 2 \u{2502} a\n \u{2502} \u{2570}\u{2500}\u{2500} [E0308] `b`\n".as_bytes(),
            b"cannot find value `a` in this scope",
            b"Subprocess terminated with status: signal: 9",
        ];
        let inputs = (of(PIECES), of(PIECES), 0..200_usize);
        all("cells", 5_000, inputs, |(code, report, cursor)| {
            let [code, report] = [code, report].map(|it| String::from_utf8_lossy(&it).into_owned());
            cell_holds(&code, &report, cursor);
        });
    }
}
