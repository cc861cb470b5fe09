//! The colours of the course: one for each kind of model, the same everywhere.
//!
//! They are those of Okabe and Ito (2008), told apart with any colour vision.
//! Their vermilion is kept for failures. The palette's black is lightened, so
//! that a full bar does not shout down its neighbours. Brown and slate are added for the models
//! beyond one machine.

use plotters::style::RGBColor;

use crate::record::{Kind, Language};

pub(super) const WHITE: RGBColor = RGBColor(255, 255, 255);
/// Text.
pub(super) const BLACK: RGBColor = RGBColor(26, 26, 26);
/// Text that stands back, and ticks.
pub(super) const GREY: RGBColor = RGBColor(89, 89, 89);
/// What is no job: the start of workers.
pub(super) const PALE: RGBColor = RGBColor(217, 217, 217);
/// Grid lines.
pub(super) const FAINT: RGBColor = RGBColor(232, 232, 232);

/// A colour to fill with, and the same one dark enough for text and outlines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shade {
    pub fill: RGBColor,
    pub ink: RGBColor,
}

pub(super) const FAILED: Shade = shade((213, 94, 0), (183, 81, 0));

const DARK: Shade = shade((77, 77, 77), (77, 77, 77));
const ORANGE: Shade = shade((230, 159, 0), (147, 102, 0));
pub(super) const BLUE: Shade = shade((0, 114, 178), (0, 114, 178));
const SKY: Shade = shade((86, 180, 233), (56, 117, 151));
pub(super) const GREEN: Shade = shade((0, 158, 115), (0, 126, 92));
pub(super) const PURPLE: Shade = shade((204, 121, 167), (153, 91, 125));
pub(super) const YELLOW: Shade = shade((240, 228, 66), (118, 112, 32));
const BROWN: Shade = shade((140, 86, 75), (140, 86, 75));
const SLATE: Shade = shade((96, 112, 128), (84, 98, 112));

const fn shade(fill: (u8, u8, u8), ink: (u8, u8, u8)) -> Shade {
    Shade { fill: RGBColor(fill.0, fill.1, fill.2), ink: RGBColor(ink.0, ink.1, ink.2) }
}

impl Shade {
    /// The colour of a model, whatever its number of workers.
    pub fn of(model: impl Into<Kind>) -> Shade {
        match model.into() {
            Kind::Serial => DARK,
            Kind::Processes => ORANGE,
            Kind::ThreadPerJob | Kind::Threads => BLUE,
            Kind::Rayon => SKY,
            Kind::Async => GREEN,
            Kind::AsyncThreads => PURPLE,
            Kind::AsyncBlocking => YELLOW,
            Kind::Mpi => BROWN,
            Kind::Broker => SLATE,
        }
    }

    /// A colour for the nth of things that are no models.
    pub fn nth(nth: usize) -> Shade {
        const OTHERS: [Shade; 6] = [BLUE, ORANGE, GREEN, PURPLE, SKY, DARK];
        OTHERS[nth % OTHERS.len()]
    }

    /// The colour at a fifth of its strength, on white.
    pub fn tint(self) -> RGBColor {
        let mix = |part: u8| 255 - (255 - part) / 5;
        RGBColor(mix(self.fill.0), mix(self.fill.1), mix(self.fill.2))
    }

    /// The colour at half its strength, on white: for what is too small for an
    /// outline.
    pub fn light(self) -> RGBColor {
        let mix = |part: u8| 255 - (255 - part) / 2;
        RGBColor(mix(self.fill.0), mix(self.fill.1), mix(self.fill.2))
    }

    /// The colour of the same model in a language.
    pub fn in_language(self, language: Language) -> RGBColor {
        match language {
            Language::Rust => self.fill,
            Language::Python => self.tint(),
            Language::FreePython => self.light(),
        }
    }

    /// Black or white, whichever reads better on the full colour.
    pub fn on_fill(self) -> RGBColor {
        let better = contrast(WHITE, self.fill) >= contrast(BLACK, self.fill);
        if better { WHITE } else { BLACK }
    }
}

/// The contrast of two colours, from 1 to 21, as WCAG 2 defines it.
fn contrast(a: RGBColor, b: RGBColor) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(RGBColor(red, green, blue): RGBColor) -> f64 {
    let linear = |part: u8| match f64::from(part) / 255.0 {
        v if v <= 0.04045 => v / 12.92,
        v => ((v + 0.055) / 1.055).powf(2.4),
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Model;

    const SHADES: [Shade; 10] =
        [DARK, ORANGE, BLUE, SKY, GREEN, PURPLE, YELLOW, BROWN, SLATE, FAILED];

    #[test]
    fn black_on_white_has_the_known_contrast() {
        assert!((contrast(RGBColor(0, 0, 0), WHITE) - 21.0).abs() < 1e-9);
        assert!((contrast(RGBColor(0, 114, 178), WHITE) - 5.19).abs() < 0.01);
    }

    #[test]
    fn every_text_is_readable() {
        for colour in [BLACK, GREY] {
            assert!(contrast(colour, WHITE) >= 4.5);
        }
        for shade in SHADES {
            assert!(contrast(shade.ink, WHITE) >= 4.5, "{shade:?} on white");
            assert!(contrast(shade.on_fill(), shade.fill) >= 4.5, "text on {shade:?}");
            assert!(contrast(BLACK, shade.tint()) >= 4.5, "text on the tint of {shade:?}");
        }
    }

    #[test]
    fn no_two_kinds_of_model_share_a_colour() {
        let kinds = [
            Model::Serial,
            Model::Processes(2),
            Model::Threads(2),
            Model::Rayon(2),
            Model::Async,
            Model::AsyncThreads(2),
            Model::AsyncBlocking(2),
            Model::Mpi(2),
            Model::Broker(2),
        ];
        let fills: Vec<_> = kinds.iter().map(|kind| Shade::of(*kind).fill).collect();
        for (index, fill) in fills.iter().enumerate() {
            assert!(!fills[..index].contains(fill) && *fill != FAILED.fill);
        }
        assert_eq!(Shade::of(Model::Threads(2)), Shade::of(Model::ThreadPerJob));
    }
}
