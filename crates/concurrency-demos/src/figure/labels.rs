//! Labels at the ends of lines, kept apart where the ends are close.

use super::canvas::TEXT;

/// The least distance of two labels.
const LINE: f64 = TEXT as f64 + 3.0;

/// The ends of lines with their labels, from the highest to the lowest: where each ends, and where
/// its label stands, at least a line of text from its neighbours.
pub(super) fn placed<T>(
    ends: impl IntoIterator<Item = (i32, T)>,
    highest: i32,
    lowest: i32,
) -> impl Iterator<Item = (i32, i32, T)> {
    let mut ends: Vec<(i32, T)> = ends.into_iter().collect();
    ends.sort_by_key(|(end, _)| *end);
    let heights: Vec<i32> = ends.iter().map(|(end, _)| *end).collect();
    let places = apart(&heights, highest, lowest);
    ends.into_iter().zip(places).map(|((end, label), place)| (end, place, label))
}

/// Heights at least a line of text apart, each cluster centred on its ends,
/// within `highest` and `lowest` as far as there is room. `ends` is sorted.
fn apart(ends: &[i32], highest: i32, lowest: i32) -> Vec<i32> {
    let mut places = centred(ends);
    for index in 0..places.len() {
        let above = index.checked_sub(1).map_or(f64::from(highest), |above| places[above] + LINE);
        places[index] = places[index].max(above);
    }
    let mut limit = f64::from(lowest);
    for place in places.iter_mut().rev() {
        *place = place.min(limit);
        limit = *place - LINE;
    }
    places.into_iter().map(|place| place.round() as i32).collect()
}

/// Pools neighbours that are too close: without the lines between them, labels
/// in order are a rising sequence, and pooling gives the closest one.
fn centred(ends: &[i32]) -> Vec<f64> {
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (index, end) in ends.iter().enumerate() {
        let mut pool = (f64::from(*end) - index as f64 * LINE, 1);
        while let Some(above) = pools.pop_if(|above| above.0 > pool.0) {
            let labels = above.1 + pool.1;
            let sum = above.0 * above.1 as f64 + pool.0 * pool.1 as f64;
            pool = (sum / labels as f64, labels);
        }
        pools.push(pool);
    }
    let places = pools.iter().flat_map(|(place, labels)| std::iter::repeat_n(*place, *labels));
    places.enumerate().map(|(index, place)| place + index as f64 * LINE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_apart_centred_and_inside() {
        assert_eq!(apart(&[10, 50], 0, 100), [10, 50]);
        assert_eq!(apart(&[50, 51, 52], 0, 100), [35, 51, 67]);
        assert_eq!(apart(&[50, 50, 58], 0, 100), [37, 53, 69]);
        assert_eq!(apart(&[98, 99, 100], 0, 100), [68, 84, 100]);
        assert_eq!(apart(&[1, 2], 0, 100), [0, 16]);
        assert!(apart(&[], 0, 100).is_empty());
    }
}
