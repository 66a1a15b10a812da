//! The simplex method of Nelder and Mead: a minimum without derivatives, for the few parameters of a likelihood.

/// Steps of one run, and runs, after which the best point so far is taken.
const STEPS: usize = 4000;
const RUNS: usize = 12;

/// The place of a minimum near `start`. What is not a number counts as infinitely high, so a function may refuse
/// places. Each run begins with a fresh simplex around the best place so far, because one that has become flat stops
/// short of the minimum; the last run is the one that gains nothing.
pub(crate) fn minimum<const N: usize>(start: [f64; N], value: impl Fn(&[f64; N]) -> f64) -> [f64; N] {
    let value = |place: &[f64; N]| {
        let value = value(place);
        if value.is_nan() { f64::INFINITY } else { value }
    };
    let mut best = (value(&start), start);
    let mut size = 1.0;
    for _ in 0..RUNS {
        let found = descend(best.1, size, &value);
        // The difference of two infinities is not a number, and no gain.
        let gains = best.0 - found.0 > 1e-13 * (1.0 + found.0.abs());
        if found.0 <= best.0 {
            best = found;
        }
        if !gains && size < 1.0 {
            break;
        }
        size = f64::max(size * 0.5, 0.05);
    }
    best.1
}

fn descend<const N: usize>(start: [f64; N], size: f64, value: &impl Fn(&[f64; N]) -> f64) -> (f64, [f64; N]) {
    let mut corners = vec![(value(&start), start)];
    for axis in 0..N {
        let mut corner = start;
        corner[axis] += size;
        corners.push((value(&corner), corner));
    }
    for _ in 0..STEPS {
        corners.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (lowest, highest) = (corners[0], corners[N]);
        let width = corners.iter().flat_map(|(_, at)| at.iter().zip(lowest.1).map(|(a, b)| (a - b).abs()));
        if width.fold(0.0, f64::max) < 1e-10 {
            break;
        }
        // On the line from the highest corner through the middle of the others.
        let along = |factor: f64| {
            let mut place = [0.0; N];
            for (axis, coordinate) in place.iter_mut().enumerate() {
                let middle = corners[..N].iter().map(|(_, corner)| corner[axis]).sum::<f64>() / N as f64;
                *coordinate = middle + factor * (middle - highest.1[axis]);
            }
            (value(&place), place)
        };
        let reflected = along(1.0);
        let next = if reflected.0 < lowest.0 {
            let expanded = along(2.0);
            Some(if expanded.0 < reflected.0 { expanded } else { reflected })
        } else if reflected.0 < corners[N - 1].0 {
            Some(reflected)
        } else {
            let (contracted, limit) =
                if reflected.0 < highest.0 { (along(0.5), reflected.0) } else { (along(-0.5), highest.0) };
            (contracted.0 < limit).then_some(contracted)
        };
        match next {
            Some(corner) => corners[N] = corner,
            None => {
                for (height, corner) in &mut corners[1..] {
                    *corner = std::array::from_fn(|axis| (corner[axis] + lowest.1[axis]) / 2.0);
                    *height = value(corner);
                }
            }
        }
    }
    corners.sort_by(|a, b| a.0.total_cmp(&b.0));
    corners[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curved_valley_is_followed_to_its_end() {
        let valley = |[x, y]: &[f64; 2]| (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2);
        for start in [[-1.2, 1.0], [5.0, -5.0], [0.0, 0.0]] {
            let [x, y] = minimum(start, valley);
            assert!((x - 1.0).abs() < 1e-5 && (y - 1.0).abs() < 1e-5, "{x} {y}");
        }
    }

    /// On edges a simplex becomes flat far from the minimum, and a fresh one goes on: the first run stops a twentieth off.
    #[test]
    fn edges_are_followed_by_fresh_simplexes() {
        let pyramid = |place: &[f64; 4]| (1..).zip(place).map(|(slope, at)| f64::from(slope) * (at - 1.0).abs()).sum();
        for at in minimum([3.0, -2.0, 4.0, 7.0], pyramid) {
            assert!((at - 1.0).abs() < 1e-9, "{at}");
        }
    }

    /// Wherever a corner is put beside the corridor, the simplex shrinks until it fits.
    #[test]
    fn a_corridor_is_entered_by_shrinking() {
        let corridor = |[x, y]: &[f64; 2]| {
            if (x - y).abs() < 0.1 { (x - 1.0).powi(2) + (y - 1.0).powi(2) } else { f64::NAN }
        };
        for start in [[3.0, 3.0], [0.0, 0.0], [-2.0, -2.0]] {
            let [x, y] = minimum(start, corridor);
            assert!((x - 1.0).abs() < 1e-9 && (y - 1.0).abs() < 1e-9, "{x} {y}");
        }
    }

    #[test]
    fn refused_places_are_avoided() {
        let [x] = minimum([2.0], |[x]| if *x < 1.0 { f64::NAN } else { *x });
        assert!((x - 1.0).abs() < 1e-6, "{x}");
        assert_eq!(minimum([3.0], |_| f64::NAN), [3.0]);
    }
}
