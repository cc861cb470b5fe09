//! The capacity card of a machine.

use super::{block, escape};
use crate::labs::Machine;

impl Machine {
    /// Shows the card as the result of a cell.
    pub fn evcxr_display(&self) {
        block(&self.html(), &self.to_string());
    }

    fn html(&self) -> String {
        let left = "style=\"text-align:left\"";
        let row = |(name, value): (&str, String)| {
            let value = escape(&value);
            format!("<tr><th scope=\"row\" {left}>{name}</th><td {left}>{value}</td></tr>")
        };
        let rows: String = self.rows().into_iter().map(row).collect();
        format!("<table><caption>This machine</caption><tbody>{rows}</tbody></table>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_card_is_a_table_whose_rows_have_headings() {
        let machine = Machine { cores: 3, python: Some("<b>".to_owned()), ..Machine::default() };
        let html = machine.html();
        assert_eq!(html.matches("<th scope=\"row\"").count(), machine.rows().len());
        assert!(html.contains(">3</td>") && html.contains("&lt;b&gt;") && !html.contains("<b>"));
    }
}
