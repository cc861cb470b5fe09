//! A table that fills while it is measured.

use super::bar::Live;
use super::changing::{self, Reader};
use crate::display::block;
use crate::figure;
use crate::labs::{Onlooker, Survivors};

impl Onlooker for Live {
    fn sees(&self, id: u64, so_far: &Survivors) {
        match Reader::of_this_program() {
            Reader::Changing => {
                let (name, figure) = (changing::name("table", id), figure::survivors(so_far));
                let html = if so_far.is_whole() { figure.html() } else { figure.inline_html() };
                changing::show(&name, so_far.fates.is_empty(), &html, &figure.plain());
            }
            Reader::Still if so_far.is_whole() => {
                let figure = figure::survivors(so_far);
                block(&figure.html(), &figure.plain());
            }
            Reader::Still => {}
            Reader::Lines => so_far.fates.last().into_iter().for_each(|fate| println!("{fate}")),
        }
    }
}
