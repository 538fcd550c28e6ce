//! What may happen, in any order. Whom and what it concerns is named by an index, which is taken round what there is,
//! so that every command means something in every state and a shorter sequence still makes sense.

use std::collections::BTreeSet;

use proptest::prelude::*;
use shared::domain::role::{AccountType, RoleName};

/// How many people there may be; person `n` has the email `p<n>@example.com`.
pub(crate) const PEOPLE: u8 = 14;

/// The roles of an access, told by what they are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hat {
    /// The standard role of the account type.
    Plain,
    /// The role that administers.
    Administrator,
    /// Both of them.
    Both,
    /// The portal data administrator: staff's only.
    Manager,
    /// A role of another account type.
    Foreign,
}

impl Hat {
    /// The roles' names.
    pub(crate) fn roles(self, kind: AccountType) -> BTreeSet<RoleName> {
        let (plain, administrator, foreign) = match kind {
            AccountType::Customer => ("customer_center", "customer_administrator", "partner"),
            AccountType::Partner => ("partner", "partner_administrator", "customer_center"),
            AccountType::Vendor => ("vendor", "customer_administrator", "customer_center"),
            AccountType::Staff => ("support", "administrator", "customer_center"),
        };
        let names: &[&str] = match self {
            Self::Plain => &[plain],
            Self::Administrator => &[administrator],
            Self::Both => &[plain, administrator],
            Self::Manager => &["account_manager"],
            Self::Foreign => &[plain, foreign],
        };
        names.iter().map(|name| RoleName::from(*name)).collect()
    }
}

/// What an access is to be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Handout {
    pub hat: Hat,
    /// Of three sites, the last is in another group.
    pub site: Option<u8>,
    pub can_create_users: bool,
    pub claims: bool,
    /// A first password, and whether it must be changed; else a link.
    pub password: Option<bool>,
}

/// Where a user is created.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    /// At an organization that is there, as a user of its kind or of another.
    There(u8, Option<AccountType>),
    /// At the organization of a kind with a number, there or not.
    Numbered(u8, AccountType),
}

/// For whom.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Who {
    Email(u8),
    Known(u8),
}

/// What somebody types as their login name.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Name {
    Email(u8),
    UserId(u8),
}

/// What somebody types as their password.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Typed {
    Right,
    Former,
    Wrong,
}

/// What SES says, or that the deliverer died before it could write that down.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sent {
    Accepted,
    Later,
    Never,
}

/// What is done to a contact's access.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Act {
    Grant { handout: Handout, notify: bool },
    Revoke { everywhere: bool },
    Toggle { on: bool },
    EndSessions,
    SendLink,
    SetPassword { must_change: bool },
    Unlock,
    RequirePasswordChange,
}

/// What may happen.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Command {
    Create {
        by: u8,
        place: Place,
        who: Who,
        user_id: Option<u8>,
        handout: Handout,
    },
    /// Somebody does something to a contact's access.
    Administer {
        by: u8,
        contact: u8,
        act: Act,
    },
    RequestLink {
        name: Name,
        site: Option<u8>,
    },
    Renew {
        link: u8,
    },
    Redeem {
        link: u8,
    },
    /// With the person's newest session as the proof of having signed in.
    Accept {
        link: u8,
    },
    /// Signs in first.
    SignInToAccept {
        link: u8,
    },
    SignIn {
        name: Name,
        typed: Typed,
        site: Option<u8>,
        device: bool,
        rehash: bool,
    },
    /// Five wrong guesses.
    Hammer {
        name: Name,
        device: bool,
    },
    Use {
        session: u8,
    },
    ChangePassword {
        session: u8,
        typed: Typed,
    },
    SignOut {
        session: u8,
    },
    /// A deliverer claims a mail.
    TakeUp {
        mail: u8,
    },
    /// A deliverer that claimed a mail writes down what became of it.
    Settle {
        claim: u8,
        sent: Sent,
    },
    Expire {
        link: u8,
    },
    Sweep,
    /// A contact, or an organization, is made active or inactive.
    Activate {
        by: u8,
        contact: bool,
        which: u8,
        active: bool,
    },
    Wait {
        seconds: u32,
    },
}

/// How many there are of what commands name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counts {
    pub contacts: usize,
    pub organizations: usize,
    pub links: usize,
    pub mails: usize,
    pub sessions: usize,
    pub claims: usize,
}

impl Command {
    /// The command with each index taken round what there is now, links, mails and sessions from the newest; as long as
    /// nothing goes away it means the same ever after. None where there is nothing that it could mean.
    pub(crate) fn fixed(mut self, counts: Counts) -> Option<Self> {
        let first = |index: &mut u8, of: usize| {
            *index = u8::try_from(usize::from(*index).checked_rem(of)?).ok()?;
            Some(())
        };
        let last = |index: &mut u8, of: usize| {
            *index = u8::try_from(of - 1 - usize::from(*index).checked_rem(of)?).ok()?;
            Some(())
        };
        match &mut self {
            Self::Create { by, place, .. } => {
                first(by, counts.contacts)?;
                if let Place::There(at, _) = place {
                    first(at, counts.organizations)?;
                }
            }
            Self::Administer { by, contact, .. } => {
                first(by, counts.contacts)?;
                first(contact, counts.contacts)?;
            }
            Self::Renew { link }
            | Self::Redeem { link }
            | Self::Accept { link }
            | Self::SignInToAccept { link }
            | Self::Expire { link } => last(link, counts.links)?,
            Self::Use { session } | Self::ChangePassword { session, .. } | Self::SignOut { session } => {
                last(session, counts.sessions)?;
            }
            Self::TakeUp { mail } => last(mail, counts.mails)?,
            Self::Settle { claim, .. } => last(claim, counts.claims)?,
            Self::Activate { by, contact, which, .. } => {
                first(by, counts.contacts)?;
                first(which, if *contact { counts.contacts } else { counts.organizations })?;
            }
            Self::RequestLink { .. } | Self::SignIn { .. } | Self::Hammer { .. } | Self::Sweep | Self::Wait { .. } => {}
        }
        Some(self)
    }
}

fn handout() -> BoxedStrategy<Handout> {
    (
        prop_oneof![
            14 => Just(Hat::Plain),
            8 => Just(Hat::Administrator),
            2 => Just(Hat::Both),
            1 => Just(Hat::Manager),
            1 => Just(Hat::Foreign)
        ],
        prop_oneof![8 => Just(None), 5 => (0..2_u8).prop_map(Some), 1 => Just(Some(2))],
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.05),
        prop_oneof![4 => Just(None), 1 => any::<bool>().prop_map(Some)],
    )
        .prop_map(|(hat, site, can_create_users, claims, password)| Handout {
            hat,
            site,
            can_create_users,
            claims,
            password,
        })
        .boxed()
}

fn kind() -> impl Strategy<Value = AccountType> {
    prop_oneof![
        4 => Just(AccountType::Customer),
        2 => Just(AccountType::Partner),
        1 => Just(AccountType::Vendor),
        1 => Just(AccountType::Staff)
    ]
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        5 => (any::<u8>(), Just(None)).prop_map(|(at, kind)| Place::There(at, kind)),
        1 => (any::<u8>(), kind()).prop_map(|(at, kind)| Place::There(at, Some(kind))),
        2 => (0..6_u8, kind()).prop_map(|(number, kind)| Place::Numbered(number, kind)),
    ]
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![3 => (0..PEOPLE).prop_map(Who::Email), 1 => (0..PEOPLE).prop_map(Who::Known)]
}

fn name() -> impl Strategy<Value = Name> {
    prop_oneof![
        5 => prop::sample::select(vec![0, 3, 3, 4, 5, 5, 6, 7]).prop_map(Name::Email),
        2 => (0..PEOPLE).prop_map(Name::Email),
        1 => (0..3_u8).prop_map(Name::UserId),
    ]
}

fn typed() -> impl Strategy<Value = Typed> {
    prop_oneof![4 => Just(Typed::Right), 1 => Just(Typed::Former), 2 => Just(Typed::Wrong)]
}

fn site() -> impl Strategy<Value = Option<u8>> {
    prop_oneof![2 => Just(None), 1 => (0..3_u8).prop_map(Some)]
}

/// Who acts: mostly those who may, as the beginning has them.
fn by() -> impl Strategy<Value = u8> {
    prop_oneof![4 => Just(0), 4 => prop::sample::select(vec![1, 3, 4, 5, 7]), 1 => any::<u8>()]
}

/// Whom it is done to: mostly the same few, so that much happens to each.
fn contact() -> impl Strategy<Value = u8> {
    prop_oneof![4 => prop::sample::select(vec![3, 4, 4, 6, 6, 7, 9, 9, 10, 10, 11, 11]), 1 => any::<u8>()]
}

/// Mostly what is new, for what is old is mostly over.
fn recent() -> impl Strategy<Value = u8> {
    prop_oneof![3 => 0..3_u8, 1 => any::<u8>()]
}

fn seconds() -> impl Strategy<Value = u32> {
    const MINUTE: u32 = 60;
    const HOUR: u32 = 60 * MINUTE;
    prop::sample::select(vec![1, 25, 95, 16 * MINUTE, 31 * MINUTE, 61 * MINUTE, 4 * HOUR, 11 * HOUR, 24 * HOUR])
}

/// A command that is one decision.
pub(crate) fn decision() -> BoxedStrategy<Command> {
    use Command as C;
    let act = prop_oneof![
        5 => (handout(), prop::bool::weighted(0.7)).prop_map(|(handout, notify)| Act::Grant { handout, notify }),
        4 => prop::bool::weighted(0.3).prop_map(|everywhere| Act::Revoke { everywhere }),
        4 => prop::bool::weighted(0.4).prop_map(|on| Act::Toggle { on }),
        1 => Just(Act::EndSessions),
        3 => Just(Act::SendLink),
        2 => any::<bool>().prop_map(|must_change| Act::SetPassword { must_change }),
        1 => Just(Act::Unlock),
        1 => Just(Act::RequirePasswordChange),
    ];
    let staff = prop_oneof![
        1 => (by(), place(), who(), prop_oneof![3 => Just(None), 1 => (0..3_u8).prop_map(Some)], handout())
            .prop_map(|(by, place, who, user_id, handout)| C::Create { by, place, who, user_id, handout }),
        3 => (by(), contact(), act).prop_map(|(by, contact, act)| C::Administer { by, contact, act }),
    ];
    let person = prop_oneof![
        3 => (name(), site()).prop_map(|(name, site)| C::RequestLink { name, site }),
        1 => recent().prop_map(|link| C::Renew { link }),
        5 => recent().prop_map(|link| C::Redeem { link }),
        3 => recent().prop_map(|link| C::Accept { link }),
        7 => (name(), typed(), site(), prop::bool::weighted(0.2), prop::bool::weighted(0.2))
            .prop_map(|(name, typed, site, device, rehash)| C::SignIn { name, typed, site, device, rehash }),
        2 => (recent(), typed()).prop_map(|(session, typed)| C::ChangePassword { session, typed }),
        1 => recent().prop_map(|session| C::SignOut { session }),
    ];
    let machine = prop_oneof![
        4 => recent().prop_map(|mail| C::TakeUp { mail }),
        3 => (any::<u8>(), prop_oneof![Just(Sent::Accepted), Just(Sent::Later), Just(Sent::Never)])
            .prop_map(|(claim, sent)| C::Settle { claim, sent }),
        1 => any::<u8>().prop_map(|link| C::Expire { link }),
    ];
    prop_oneof![5 => staff.boxed(), 5 => person.boxed(), 2 => machine.boxed()].boxed()
}

/// Anything.
pub(crate) fn command() -> BoxedStrategy<Command> {
    use Command as C;
    prop_oneof![
        30 => decision(),
        1 => (name(), prop::bool::weighted(0.2)).prop_map(|(name, device)| C::Hammer { name, device }),
        1 => recent().prop_map(|session| C::Use { session }),
        2 => recent().prop_map(|link| C::SignInToAccept { link }),
        1 => Just(C::Sweep),
        2 => (by(), any::<bool>(), any::<u8>(), prop::bool::weighted(0.6))
            .prop_map(|(by, contact, which, active)| C::Activate { by, contact, which, active }),
        3 => seconds().prop_map(|seconds| C::Wait { seconds }),
    ]
    .boxed()
}
