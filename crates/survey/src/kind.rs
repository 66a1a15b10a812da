//! What a survey asks for, on which scale, and which group an answer belongs to.

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Net Promoter Score: likelihood to recommend, 0 to 10.
    Nps,
    /// Customer satisfaction, 1 to 5.
    Csat,
    /// Customer effort: agreement that it was easy, 1 to 7 or 1 to 5.
    Ces,
    /// An open question without a score.
    Text,
}

/// The scores that can be chosen, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The lowest score.
    pub min: u32,
    /// The highest score.
    pub max: u32,
}

/// What a score says about the person, as the metrics group it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// NPS 9 and 10.
    Promoter,
    /// NPS 7 and 8.
    Passive,
    /// NPS 0 to 6.
    Detractor,
    /// CSAT 4 and 5.
    Satisfied,
    /// CSAT 1 to 3.
    Unsatisfied,
    /// CES 5 to 7 of 7, 4 and 5 of 5.
    Easy,
    /// CES below that.
    Difficult,
}

impl Kind {
    /// The kind of this name, NPS for an unknown one.
    pub fn named(name: &str) -> Kind {
        match name {
            "csat" => Kind::Csat,
            "ces" => Kind::Ces,
            "text" => Kind::Text,
            _ => Kind::Nps,
        }
    }

    /// The name in attributes and answers.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Nps => "nps",
            Kind::Csat => "csat",
            Kind::Ces => "ces",
            Kind::Text => "text",
        }
    }

    /// The scale, or `None` for an open question. `short` asks for effort on 1 to 5.
    pub fn scale(self, short: bool) -> Option<Scale> {
        match self {
            Kind::Nps => Some(Scale { min: 0, max: 10 }),
            Kind::Csat => Some(Scale { min: 1, max: 5 }),
            Kind::Ces => Some(Scale { min: 1, max: if short { 5 } else { 7 } }),
            Kind::Text => None,
        }
    }

    /// The group of a score on `scale`; an open question has none.
    pub fn group(self, score: u32, scale: Scale) -> Option<Group> {
        match self {
            Kind::Nps if score >= 9 => Some(Group::Promoter),
            Kind::Nps if score >= 7 => Some(Group::Passive),
            Kind::Nps => Some(Group::Detractor),
            Kind::Csat if score >= 4 => Some(Group::Satisfied),
            Kind::Csat => Some(Group::Unsatisfied),
            // Agreement begins above the middle of the scale.
            Kind::Ces if score > scale.max.div_ceil(2) => Some(Group::Easy),
            Kind::Ces => Some(Group::Difficult),
            Kind::Text => None,
        }
    }
}

impl Scale {
    /// Whether the score can be chosen.
    pub fn contains(self, score: u32) -> bool {
        (self.min..=self.max).contains(&score)
    }
}

impl Group {
    /// The name that ends attributes such as `thanks-promoter`.
    pub fn name(self) -> &'static str {
        match self {
            Group::Promoter => "promoter",
            Group::Passive => "passive",
            Group::Detractor => "detractor",
            Group::Satisfied => "satisfied",
            Group::Unsatisfied => "unsatisfied",
            Group::Easy => "easy",
            Group::Difficult => "difficult",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One letter per score from the lowest to the highest.
    fn check(kind: Kind, short: bool, expected: &str) {
        let scale = kind.scale(short).unwrap();
        let letters: alloc::string::String = (scale.min..=scale.max)
            .map(|score| kind.group(score, scale).unwrap().name().chars().next().unwrap())
            .collect();
        assert_eq!(letters, expected);
    }

    #[test]
    fn scores_are_grouped_as_the_metrics_define() {
        check(Kind::Nps, false, "dddddddpppp");
        check(Kind::Csat, false, "uuuss");
        check(Kind::Ces, false, "ddddeee");
        check(Kind::Ces, true, "dddee");
        assert_eq!(Kind::Nps.group(8, Scale { min: 0, max: 10 }), Some(Group::Passive));
        assert_eq!(Kind::Nps.group(9, Scale { min: 0, max: 10 }), Some(Group::Promoter));
        assert_eq!(Kind::Text.scale(false), None);
    }

    #[test]
    fn names_lead_back_to_their_kind() {
        for kind in [Kind::Nps, Kind::Csat, Kind::Ces, Kind::Text] {
            assert_eq!(Kind::named(kind.name()), kind);
        }
        assert_eq!(Kind::named("anything"), Kind::Nps);
    }
}
