//! The keys under which contacts and organizations are listed and searched: by name, number and email, in any case, by
//! prefix (requirement O1).

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};

use crate::domain::change::Record;
use crate::domain::id::{ContactId, OrganizationId};
use crate::domain::organization::OrganizationType;

/// A text as it is compared: without case, accents and doubled spaces.
pub(super) fn folded(text: &str) -> String {
    let category = CodePointMapData::<GeneralCategory>::new();
    let is_mark = |c: &char| GeneralCategoryGroup::Mark.contains(category.get(*c));
    let apart = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let plain: String = apart.chars().filter(|c| !is_mark(c)).flat_map(char::to_lowercase).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first letters by which the indexes over everything are spread: `~` stands for all others.
pub(super) const FIRSTS: &str = "0123456789abcdefghijklmnopqrstuvwxyz~";

fn first_of(folded: &str) -> char {
    folded.chars().next().filter(char::is_ascii_alphanumeric).unwrap_or('~')
}

/// By what a list is searched, each an index over everything and one within an organization or partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// A contact's last name and first name; an organization's name.
    Name,
    /// A contact's first name and last name; an organization's number.
    Alias,
    /// A contact's email.
    Email,
}

impl Field {
    pub(super) const ALL: [Self; 3] = [Self::Name, Self::Alias, Self::Email];

    /// The attribute that is the key's text.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Name => "name_key",
            Self::Alias => "alias_key",
            Self::Email => "email_key",
        }
    }

    /// The attribute that is the partition of the index over everything.
    pub(super) fn shard(self) -> &'static str {
        match self {
            Self::Name => "name_shard",
            Self::Alias => "alias_shard",
            Self::Email => "email_shard",
        }
    }

    /// The index over everything.
    pub(super) fn index(self) -> &'static str {
        match self {
            Self::Name => "by_name",
            Self::Alias => "by_alias",
            Self::Email => "by_email",
        }
    }

    /// The index within an organization or partner.
    pub(super) fn scoped_index(self) -> &'static str {
        match self {
            Self::Name => "in_by_name",
            Self::Alias => "in_by_alias",
            Self::Email => "in_by_email",
        }
    }
}

/// The attribute that is the partition of the indexes within an organization or partner.
pub(super) const SCOPE: &str = "scope";

/// The partition of an index over everything: contacts, or organizations of a kind, whose key begins with a letter.
pub(super) fn shard(kind: Option<OrganizationType>, first: char) -> String {
    match kind {
        None => format!("CONTACTS#{first}"),
        Some(kind) => format!("ORGANIZATIONS#{}#{first}", kind.as_str()),
    }
}

/// The shard in which a folded text lies.
pub(super) fn shard_of(kind: Option<OrganizationType>, folded: &str) -> String {
    shard(kind, first_of(folded))
}

/// The partition of the contacts within an organization.
pub(super) fn contacts_in(organization: OrganizationId) -> String {
    format!("CONTACTS@{organization}")
}

/// The partition of the customers of a partner.
pub(super) fn customers_of(partner: OrganizationId) -> String {
    format!("CUSTOMERS@{partner}")
}

/// The partition of the mails about a contact.
pub(super) fn mails_about(contact: ContactId) -> String {
    format!("MAILS@{contact}")
}

/// The attributes under which a record is listed; none for those that are not.
pub(super) fn attributes(record: &Record) -> Vec<(&'static str, String)> {
    let (kind, id, scope, texts) = match record {
        Record::Contact(it) => {
            let (first, last) = (folded(it.first_name.as_str()), folded(it.last_name.as_str()));
            let texts =
                [Some(format!("{last} {first}")), Some(format!("{first} {last}")), Some(folded(it.email.as_str()))];
            (None, it.id.to_string(), Some(contacts_in(it.organization)), texts)
        }
        Record::Organization(it) => {
            let texts = [Some(folded(it.name.as_str())), Some(folded(it.number.as_str())), None];
            (Some(it.kind), it.id.to_string(), it.partner.map(customers_of), texts)
        }
        Record::Mail(it) => {
            return vec![(SCOPE, mails_about(it.contact)), (Field::Name.key(), it.id.to_string())];
        }
        _ => return Vec::new(),
    };
    let keys = Field::ALL.into_iter().zip(texts).filter_map(|(field, text)| Some((field, text?)));
    let mut attributes: Vec<_> = keys
        .flat_map(|(field, text)| [(field.shard(), shard_of(kind, &text)), (field.key(), format!("{text}\u{0}{id}"))])
        .collect();
    attributes.extend(scope.map(|scope| (SCOPE, scope)));
    attributes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_doubled_spaces_make_no_difference() {
        assert_eq!(folded("  Müller-Lüdenscheidt  GmbH "), "muller-ludenscheidt gmbh");
        assert_eq!(folded("ÉCOLE"), folded("école"));
    }

    #[test]
    fn what_begins_with_no_latin_letter_or_digit_shares_a_shard() {
        assert_eq!(shard_of(None, "śląsk"), "CONTACTS#~");
        assert_eq!(shard_of(None, &folded("Śląsk")), "CONTACTS#s");
        assert_eq!(shard_of(None, ""), "CONTACTS#~");
    }
}
