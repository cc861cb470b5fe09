//! Where figures are drawn: plotters' SVG backend, in pixels of the viewBox.

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::element::{Circle, PathElement, Polygon, Rectangle};
use plotters::prelude::{DrawingArea, IntoDrawingArea};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, IntoFont, RGBColor, ShapeStyle, TextStyle};

use super::palette::{BLACK, WHITE};
use crate::format::line;

/// The width of every figure.
pub(super) const WIDTH: i32 = 760;
/// The size of every text, in pixels.
pub(super) const TEXT: i32 = 13;

/// A figure is not wider than so many letters.
const LONGEST: usize = 160;

const INFALLIBLE: &str = "drawing into a string cannot fail";

/// A figure while it is being drawn.
pub(super) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

/// Where a text stands, seen from its point. Vertically it is centred on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Anchor {
    Left,
    Middle,
    Right,
}

/// The SVG of this height that `paint` draws on white.
pub(super) fn draw(height: i32, paint: impl FnOnce(&Canvas<'_>)) -> String {
    transparent(height, |canvas| {
        canvas.area.fill(&WHITE).expect(INFALLIBLE);
        paint(canvas);
    })
}

fn transparent(height: i32, paint: impl FnOnce(&Canvas<'_>)) -> String {
    let mut svg = String::new();
    let size = (WIDTH.unsigned_abs(), height.unsigned_abs());
    let canvas = Canvas { area: SVGBackend::with_string(&mut svg, size).into_drawing_area() };
    paint(&canvas);
    canvas.area.present().expect(INFALLIBLE);
    drop(canvas);
    shorten(&svg)
}

/// What `paint` draws, without the `<svg>` around it: to be put into another one.
pub(super) fn marks(height: i32, paint: impl FnOnce(&Canvas<'_>)) -> String {
    let svg = transparent(height, paint);
    let inside = svg.split_once(">\n").and_then(|(_, rest)| rest.rsplit_once("</svg>"));
    inside.map(|(marks, _)| marks.to_owned()).unwrap_or_default()
}

/// Leaves out what plotters repeats in every mark although it is the default,
/// and names the font once. Text cannot be hit: its quotes are escaped.
fn shorten(svg: &str) -> String {
    let font = r#" font-family="sans-serif""#;
    let mut short = svg.replace(font, "");
    for default in [r#" opacity="1""#, r#" stroke="none""#, r#" text-anchor="start""#] {
        short = short.replace(default, "");
    }
    short.replacen("<svg", &format!("<svg{font}"), 1)
}

impl Canvas<'_> {
    /// A filled rectangle between two corners.
    pub fn rect(&self, from: (i32, i32), to: (i32, i32), colour: RGBColor) {
        let style = ShapeStyle::from(&colour).filled();
        self.area.draw(&Rectangle::new([from, to], style)).expect(INFALLIBLE);
    }

    /// A rectangle with an outline that lies within its corners.
    pub fn framed(&self, from: (i32, i32), to: (i32, i32), frame: RGBColor, fill: RGBColor) {
        self.rect(from, to, frame);
        if to.0 - from.0 > 2 && to.1 - from.1 > 2 {
            self.rect((from.0 + 1, from.1 + 1), (to.0 - 1, to.1 - 1), fill);
        }
    }

    /// A line through all points.
    pub fn line(&self, points: &[(i32, i32)], colour: RGBColor, width: u32) {
        let style = ShapeStyle::from(&colour).stroke_width(width);
        self.area.draw(&PathElement::new(points, style)).expect(INFALLIBLE);
    }

    /// A line through all points, from the left to the right, with dashes and
    /// gaps of this many pixels across.
    pub fn dashed(&self, points: &[(i32, i32)], dash: i32, colour: RGBColor) {
        for pair in points.windows(2) {
            let ((from, y), (to, end)) = (pair[0], pair[1]);
            let on = |x: i32| (x, y + (end - y) * (x - from) / (to - from).max(1));
            for x in (from..to).step_by(2 * dash as usize) {
                self.line(&[on(x), on((x + dash).min(to))], colour, 1);
            }
        }
    }

    /// A disc with a darker rim.
    pub fn dot(&self, centre: (i32, i32), radius: i32, rim: RGBColor, fill: RGBColor) {
        self.area
            .draw(&Circle::new(centre, radius, ShapeStyle::from(&fill).filled()))
            .expect(INFALLIBLE);
        self.area.draw(&Circle::new(centre, radius, ShapeStyle::from(&rim))).expect(INFALLIBLE);
    }

    /// A square on its corner.
    pub fn diamond(&self, (x, y): (i32, i32), radius: i32, colour: RGBColor) {
        let corners = [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)];
        let style = ShapeStyle::from(&colour).filled();
        self.area.draw(&Polygon::new(corners.to_vec(), style)).expect(INFALLIBLE);
    }

    /// An X.
    pub fn cross(&self, (x, y): (i32, i32), radius: i32, colour: RGBColor, width: u32) {
        self.line(&[(x - radius, y - radius), (x + radius, y + radius)], colour, width);
        self.line(&[(x - radius, y + radius), (x + radius, y - radius)], colour, width);
    }

    /// Black text.
    pub fn text(&self, at: (i32, i32), anchor: Anchor, text: &str) {
        self.styled(at, anchor, text, BLACK, FontStyle::Normal);
    }

    /// Text in a colour.
    pub fn coloured(&self, at: (i32, i32), anchor: Anchor, text: &str, colour: RGBColor) {
        self.styled(at, anchor, text, colour, FontStyle::Normal);
    }

    /// Bold black text.
    pub fn heading(&self, at: (i32, i32), text: &str) {
        self.styled(at, Anchor::Left, text, BLACK, FontStyle::Bold);
    }

    fn styled(
        &self,
        at: (i32, i32),
        anchor: Anchor,
        text: &str,
        colour: RGBColor,
        font: FontStyle,
    ) {
        let side = match anchor {
            Anchor::Left => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::Right => HPos::Right,
        };
        // The backend divides font sizes by 1.24.
        let font = ("sans-serif", f64::from(TEXT) * 1.24).into_font().style(font);
        let style = TextStyle::from(font).color(&colour).pos(Pos::new(side, VPos::Center));
        let text = line(text, LONGEST);
        // It centres on half the height of an x; capitals and digits are higher.
        self.area.draw_text(&text, &style, (at.0, at.1 + 1)).expect(INFALLIBLE);
    }
}

/// How wide a text is, in pixels, at the most: measured in bold DejaVu Sans,
/// the widest of the fonts that browsers take for `sans-serif`.
pub(super) fn width(text: &str) -> i32 {
    let em = |letter| match letter {
        'f' | 'i' | 'j' | 'l' | 't' | 'r' | 'I' | ' ' | '.' | ',' | ':' | ';' | '|' | '\''
        | '(' | ')' | '/' | '-' => 0.46,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 1.1,
        'A'..='Z' | '+' | '=' | '<' | '>' | '&' => 0.84,
        _ => 0.7,
    };
    (text.chars().take(LONGEST).map(em).sum::<f64>() * f64::from(TEXT)).ceil() as i32
}
