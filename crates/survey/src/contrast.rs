//! Colours that can be read, whatever accent a host page chooses (WCAG 2.2, success criterion 1.4.3).

/// Red, green and blue in sRGB.
pub type Colour = [u8; 3];

/// The least contrast of text.
pub const LEAST: f64 = 4.5;

const BLACK: Colour = [0; 3];
const WHITE: Colour = [255; 3];

/// An accent, and what is written on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent {
    /// The accent as chosen, or as close to it as can be read on the surface.
    pub fill: Colour,
    /// Black or white.
    pub ink: Colour,
}

/// The accent that is nearest to the chosen one and has a contrast of 4.5 to the surface, with ink that has it to the
/// accent.
pub fn accent(chosen: Colour, surface: Colour) -> Accent {
    // One of both always has 4.58 to the surface, so the way ends.
    let target = farthest(surface);
    let mut fill = target;
    for step in 0..=255 {
        fill = mix(chosen, target, step);
        if ratio(fill, surface) >= LEAST {
            break;
        }
    }
    Accent { fill, ink: farthest(fill) }
}

/// Black or white, whichever contrasts more.
fn farthest(colour: Colour) -> Colour {
    if ratio(colour, BLACK) > ratio(colour, WHITE) { BLACK } else { WHITE }
}

fn mix(from: Colour, to: Colour, step: u32) -> Colour {
    let mut mixed = from;
    for (channel, target) in mixed.iter_mut().zip(to) {
        let sum = u32::from(*channel) * (255 - step) + u32::from(target) * step;
        *channel = u8::try_from(sum / 255).unwrap_or(target);
    }
    mixed
}

/// The contrast ratio of two colours, 1 to 21.
pub fn ratio(one: Colour, other: Colour) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    if one > other { one / other } else { other / one }
}

/// Relative luminance, 0 to 1.
fn luminance([red, green, blue]: Colour) -> f64 {
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

fn linear(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.04045 {
        return value / 12.92;
    }
    // x^2.4 is x² times the fifth root of x², which Newton's method finds in a few steps from above: the general power
    // function would take a kilobyte.
    let square = ((value + 0.055) / 1.055) * ((value + 0.055) / 1.055);
    let mut root = 1.0;
    for _ in 0..12 {
        root = (4.0 * root + square / (root * root * root * root)) / 5.0;
    }
    square * root
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(one: Colour, other: Colour, expected: f64) {
        let difference = ratio(one, other) - expected;
        assert!((-0.005..0.005).contains(&difference), "{one:?} {other:?} {}", ratio(one, other));
    }

    #[test]
    fn ratios_are_those_of_the_guidelines() {
        // The grey that is known as the lightest to be read on white has 4.54, one lighter 4.48.
        check(BLACK, WHITE, 21.0);
        check(WHITE, [0x76; 3], 4.54);
        check([0x77; 3], WHITE, 4.48);
        check([255, 0, 0], WHITE, 4.0);
        check([0x80; 3], [0x80; 3], 1.0);
    }

    #[test]
    fn an_accent_that_can_be_read_stays() {
        let blue = [0x24, 0x5a, 0x8d];
        assert_eq!(accent(blue, WHITE), Accent { fill: blue, ink: WHITE });
        let yellow = [255, 255, 0];
        assert_eq!(accent(yellow, BLACK), Accent { fill: yellow, ink: BLACK });
        assert_ne!(accent(yellow, WHITE).fill, yellow);
    }
}
