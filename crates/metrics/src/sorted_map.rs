//! A map for few entries: a list in the order of its keys. Next to a B-tree it is as fast for a hundred entries, and it
//! takes a tenth of the code for each pair of types it is used with, which counts in the browser.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Borrow;
use std::fmt::Formatter;
use std::marker::PhantomData;

/// A map as a sorted list. In JSON it is an object in the order of its keys.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SortedMap<Key, Value>(Vec<(Key, Value)>);

impl<Key, Value> Default for SortedMap<Key, Value> {
    fn default() -> SortedMap<Key, Value> {
        SortedMap(Vec::new())
    }
}

impl<Key: Ord, Value> SortedMap<Key, Value> {
    /// A map without entries.
    pub fn new() -> SortedMap<Key, Value> {
        SortedMap(Vec::new())
    }

    fn place<Wanted: Ord + ?Sized>(&self, key: &Wanted) -> Result<usize, usize>
    where
        Key: Borrow<Wanted>,
    {
        self.0.binary_search_by(|(known, _)| known.borrow().cmp(key))
    }

    /// Puts a value in; the one that was there before comes back.
    pub fn insert(&mut self, key: Key, value: Value) -> Option<Value> {
        match self.place(&key) {
            Ok(place) => Some(std::mem::replace(&mut self.0[place].1, value)),
            Err(place) => {
                self.0.insert(place, (key, value));
                None
            }
        }
    }

    /// The value of a key, which gets this one if it has none.
    pub fn get_or_insert(&mut self, key: Key, value: Value) -> &mut Value {
        let place = match self.place(&key) {
            Ok(place) => place,
            Err(place) => {
                self.0.insert(place, (key, value));
                place
            }
        };
        &mut self.0[place].1
    }

    /// The value of a key.
    pub fn get<Wanted: Ord + ?Sized>(&self, key: &Wanted) -> Option<&Value>
    where
        Key: Borrow<Wanted>,
    {
        self.place(key).ok().map(|place| &self.0[place].1)
    }

    /// The value of a key, to change it.
    pub fn get_mut<Wanted: Ord + ?Sized>(&mut self, key: &Wanted) -> Option<&mut Value>
    where
        Key: Borrow<Wanted>,
    {
        self.place(key).ok().map(|place| &mut self.0[place].1)
    }

    /// Whether a key has a value.
    pub fn contains_key<Wanted: Ord + ?Sized>(&self, key: &Wanted) -> bool
    where
        Key: Borrow<Wanted>,
    {
        self.place(key).is_ok()
    }

    /// Takes a value out.
    pub fn remove<Wanted: Ord + ?Sized>(&mut self, key: &Wanted) -> Option<Value>
    where
        Key: Borrow<Wanted>,
    {
        self.place(key).ok().map(|place| self.0.remove(place).1)
    }

    /// Keeps the entries that a rule accepts.
    pub fn retain(&mut self, mut keep: impl FnMut(&Key, &mut Value) -> bool) {
        self.0.retain_mut(|(key, value)| keep(key, value));
    }

    /// The entries in the order of their keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Key, &Value)> + ExactSizeIterator {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// The keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Key> {
        self.0.iter().map(|(key, _)| key)
    }

    /// The values in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Value> {
        self.0.iter().map(|(_, value)| value)
    }

    /// The values in the order of their keys, to change them.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<Key: Ord, Value> FromIterator<(Key, Value)> for SortedMap<Key, Value> {
    fn from_iter<Entries: IntoIterator<Item = (Key, Value)>>(entries: Entries) -> Self {
        let mut map = SortedMap::new();
        map.extend(entries);
        map
    }
}

impl<Key: Ord, Value> Extend<(Key, Value)> for SortedMap<Key, Value> {
    fn extend<Entries: IntoIterator<Item = (Key, Value)>>(&mut self, entries: Entries) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<Key, Value> IntoIterator for SortedMap<Key, Value> {
    type Item = (Key, Value);
    type IntoIter = std::vec::IntoIter<(Key, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, Key, Value> IntoIterator for &'a SortedMap<Key, Value> {
    type Item = &'a (Key, Value);
    type IntoIter = std::slice::Iter<'a, (Key, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<Key: Ord, Value> std::ops::Index<&Key> for SortedMap<Key, Value> {
    type Output = Value;

    /// The value of a key that is there.
    ///
    /// # Panics
    ///
    /// If it is not; [`SortedMap::get`] asks first.
    fn index(&self, key: &Key) -> &Value {
        #[expect(clippy::expect_used, reason = "documented, as for every map of the standard library")]
        self.get(key).expect("the key is in the map")
    }
}

impl<Key: Serialize, Value: Serialize> Serialize for SortedMap<Key, Value> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<'de, Key: Deserialize<'de> + Ord, Value: Deserialize<'de>> Deserialize<'de> for SortedMap<Key, Value> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<Key, Value>(PhantomData<(Key, Value)>);
        impl<'de, Key: Deserialize<'de> + Ord, Value: Deserialize<'de>> Visitor<'de> for Entries<Key, Value> {
            type Value = SortedMap<Key, Value>;

            fn expecting(&self, formatter: &mut Formatter) -> std::fmt::Result {
                formatter.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
                let mut map = SortedMap::new();
                while let Some((key, value)) = access.next_entry()? {
                    map.insert(key, value);
                }
                Ok(map)
            }
        }
        deserializer.deserialize_map(Entries(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn it_behaves_like_a_b_tree(steps in prop::collection::vec((any::<bool>(), 0..20_u8, any::<i32>()), 0..60)) {
            let (mut ours, mut theirs) = (SortedMap::new(), BTreeMap::new());
            for (insert, key, value) in steps {
                if insert {
                    prop_assert_eq!(ours.insert(key, value), theirs.insert(key, value));
                } else {
                    prop_assert_eq!(ours.remove(&key), theirs.remove(&key));
                }
                prop_assert_eq!(ours.get(&key), theirs.get(&key));
            }
            prop_assert!(ours.iter().eq(theirs.iter()));
            prop_assert_eq!(serde_json::to_string(&ours).ok(), serde_json::to_string(&theirs).ok());
        }

        #[test]
        fn it_is_walked_and_changed_like_a_b_tree(entries in prop::collection::vec((0..20_u8, -9..9_i32), 0..30)) {
            let mut ours: SortedMap<u8, i32> = entries.iter().copied().collect();
            let mut theirs: BTreeMap<u8, i32> = entries.iter().copied().collect();
            ours.extend([(20, 1)]);
            theirs.extend([(20, 1)]);
            for key in 0..25 {
                *ours.get_or_insert(key / 2, 7) += 1;
                *theirs.entry(key / 2).or_insert(7) += 1;
                prop_assert_eq!(ours.contains_key(&key), theirs.contains_key(&key));
                prop_assert_eq!(ours.get_mut(&key), theirs.get_mut(&key));
            }
            ours.values_mut().for_each(|value| *value *= 2);
            theirs.values_mut().for_each(|value| *value *= 2);
            ours.retain(|key, value| key % 3 != 0 && *value > 0);
            theirs.retain(|key, value| key % 3 != 0 && *value > 0);
            prop_assert_eq!((ours.len(), ours.is_empty()), (theirs.len(), theirs.is_empty()));
            prop_assert!(ours.keys().eq(theirs.keys()) && ours.values().eq(theirs.values()));
            prop_assert!((&ours).into_iter().map(|(key, value)| (key, value)).eq(&theirs));
            let json = serde_json::to_string(&ours).expect("JSON");
            prop_assert_eq!(&serde_json::from_str::<SortedMap<u8, i32>>(&json).expect("a map"), &ours);
            prop_assert!(ours.into_iter().eq(theirs));
        }

        #[test]
        fn only_an_empty_map_is_empty(keys in prop::collection::vec(0..9_u8, 0..3)) {
            let ours: SortedMap<u8, ()> = keys.iter().map(|key| (*key, ())).collect();
            prop_assert_eq!(ours.is_empty(), keys.is_empty());
        }
    }
}
