//! What becomes of an answer after an attempt to deliver it.

/// Seconds until an answer that nobody takes is given up: 30 days.
pub const EXPIRY: u32 = 30 * 86_400;
/// The first wait in seconds; each further one is twice as long.
const FIRST_WAIT: u32 = 5;
/// The longest wait of our own.
const LONGEST_WAIT: u32 = 3_600;
/// The longest wait that a collector may ask for.
const LONGEST_WISH: u32 = 86_400;

/// An attempt that has ended.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    /// The status of the reply, 0 where none came.
    pub status: u32,
    /// Attempts before this one.
    pub attempts: u32,
    /// Seconds since the answer was given.
    pub age: u32,
    /// Seconds that the collector asked to wait for, or 0.
    pub wish: u32,
    /// Chance, 0 to 255: a crowd that failed together does not come back together.
    pub chance: u32,
}

/// What to do with the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It has arrived: forget it.
    Delivered,
    /// It will never be taken, because it was refused or is too old: forget it and say so.
    Failed,
    /// Try again after so many seconds.
    Again(u32),
}

/// Decides by the reply.
pub fn verdict(attempt: &Attempt) -> Verdict {
    match attempt.status {
        200..=299 => return Verdict::Delivered,
        408 | 429 => {}
        400..=499 => return Verdict::Failed,
        _ => {}
    }
    if attempt.age >= EXPIRY {
        return Verdict::Failed;
    }
    let wait = (FIRST_WAIT << attempt.attempts.min(16)).min(LONGEST_WAIT);
    let wait = wait / 2 + wait * attempt.chance.min(255) / 256;
    Verdict::Again(wait.max(attempt.wish.min(LONGEST_WISH)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Attempt = Attempt { status: 0, attempts: 0, age: 0, wish: 0, chance: 128 };

    #[test]
    fn replies_have_a_verdict() {
        for status in [200, 201, 204] {
            assert_eq!(verdict(&Attempt { status, ..FIRST }), Verdict::Delivered, "{status}");
        }
        for status in [400, 401, 403, 404, 409, 413, 415, 422] {
            assert_eq!(verdict(&Attempt { status, ..FIRST }), Verdict::Failed, "{status}");
        }
        for status in [0, 301, 408, 429, 500, 502, 503] {
            assert!(matches!(verdict(&Attempt { status, ..FIRST }), Verdict::Again(_)), "{status}");
        }
    }

    #[test]
    fn waits_double_up_to_an_hour() {
        for (attempts, expected) in [(0, 4), (1, 10), (2, 20), (9, 2_560 / 2 + 1_280), (10, 3_600), (u32::MAX, 3_600)] {
            assert_eq!(verdict(&Attempt { attempts, ..FIRST }), Verdict::Again(expected), "{attempts}");
        }
    }

    #[test]
    fn a_wish_is_granted_for_a_day_at_most() {
        assert_eq!(verdict(&Attempt { wish: 60, ..FIRST }), Verdict::Again(60));
        assert_eq!(verdict(&Attempt { wish: u32::MAX, ..FIRST }), Verdict::Again(86_400));
    }

    #[test]
    fn answers_are_given_up_after_thirty_days() {
        assert!(matches!(verdict(&Attempt { age: 30 * 86_400 - 1, ..FIRST }), Verdict::Again(_)));
        assert_eq!(verdict(&Attempt { age: 30 * 86_400, ..FIRST }), Verdict::Failed);
        assert_eq!(verdict(&Attempt { age: u32::MAX, status: 201, ..FIRST }), Verdict::Delivered);
    }
}
