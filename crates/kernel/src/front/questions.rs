//! Two messages in which evcxr and JupyterLab do not understand each other. The protocol:
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html>.

use serde_json::Value;

use crate::name_at_cursor::question;

/// `inspect_request`: JupyterLab asks for the documentation beside a completion and for
/// Shift+Tab. Its cursor may be anywhere in a call, and beyond the end of the code; evcxr
/// wants it at the end of a name. So the code is cut there, which is all that evcxr reads.
pub fn ask_for_the_name(content: &mut Value) -> Option<()> {
    let cursor = content["cursor_pos"].as_u64()?;
    let asked = question(content["code"].as_str()?, cursor.try_into().ok()?);
    content["cursor_pos"] = asked.chars().count().into();
    content["code"] = asked.into();
    Some(())
}

/// `complete_reply`: JupyterLab inserts the `text` of a completion. evcxr has a label
/// there, `lower_bound(…)`, and what can be inserted in `matches`.
pub fn insert_the_match(content: &mut Value) -> Option<()> {
    let matches = content["matches"].as_array()?.clone();
    let labels = content.pointer_mut("/metadata/_jupyter_types_experimental")?.as_array_mut()?;
    for (label, code) in labels.iter_mut().zip(matches) {
        *label.get_mut("text")? = code;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_question_is_cut_at_the_name() {
        let mut content = json!({"code": "fib(1, 2)", "cursor_pos": 7, "detail_level": 1});
        assert!(ask_for_the_name(&mut content).is_some());
        assert_eq!(content, json!({"code": "fib(", "cursor_pos": 4, "detail_level": 1}));
    }

    #[test]
    fn a_completion_inserts_what_matches() {
        let reply = |text: &str| {
            let types = json!([{"text": text, "type": "function"}, {"text": "two"}]);
            json!({"matches": ["one(n)", "two"],
                "metadata": {"_jupyter_types_experimental": types}})
        };
        let mut content = reply("one(\u{2026})");
        assert!(insert_the_match(&mut content).is_some());
        assert_eq!(content, reply("one(n)"));
    }

    #[test]
    fn what_is_not_as_expected_stays() {
        for content in [json!([]), json!({"code": 1, "cursor_pos": 1}), json!({"matches": 1})] {
            let mut changed = content.clone();
            assert_eq!(ask_for_the_name(&mut changed).or(insert_the_match(&mut changed)), None);
            assert_eq!(changed, content);
        }
    }
}
