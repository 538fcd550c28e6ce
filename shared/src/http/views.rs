//! What the API answers: contacts and sessions (`api.md`).

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::access::{Access, Standing};
use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::change::Stored;
use crate::domain::contact::Contact;
use crate::domain::link::{Link, Purpose, State};
use crate::domain::mail::{Fate, Mail};
use crate::domain::organization::Organization;
use crate::domain::role::RoleName;
use crate::domain::rules::organizations::allowed;
use crate::domain::rules::redeem::state;
use crate::domain::session::Session;
use crate::domain::settings::Settings;
use crate::domain::user::User;

/// The notice after a creation whose mail SES accepted (requirement L9).
pub const CREATED: &str = "Account successfully created and reset password email sent.";
/// The notice after a creation whose mail failed (requirement L9).
pub const CREATED_UNSENT: &str = "Account successfully created, but the email could not be sent. Send it again.";

/// The notice after a creation whose mail came back, or could not go to its address (requirements L9, L10).
pub const CREATED_UNDELIVERED: &str =
    "Account successfully created, but the email did not arrive. Check the address and send it again.";
/// How long a mail that was not sent for its address seems to be under way, in seconds.
const SEEMS_BACK_SECONDS: i64 = 60;

/// A contact with its access.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Contact)]
pub struct ContactView {
    /// `con_…`.
    pub id: String,
    /// `org_…`.
    pub organization: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The contact's email.
    pub email: String,
    /// Whether the portal may send notifications.
    pub notifications: bool,
    /// What the person is at the organization.
    pub title: Option<String>,
    /// The language that the person reads.
    pub language: Option<String>,
    /// The time zone that the person lives in.
    pub time_zone: Option<String>,
    /// Business phone.
    pub business_phone: Option<String>,
    /// Mobile phone.
    pub mobile_phone: Option<String>,
    /// Whether the record is active.
    pub active: bool,
    /// Moves with each edit.
    pub version: u32,
    /// The access; null where there never was one.
    pub access: Option<AccessView>,
    /// The link last sent; null where there never was one.
    pub link: Option<LinkView>,
    /// What staff are told after a creation; null after 16 hours.
    pub notice: Option<NoticeView>,
    /// What the reader may do now.
    pub actions: Vec<String>,
}

/// An organization.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organization)]
pub struct OrganizationView {
    /// `org_…`.
    pub id: String,
    /// `customer`, `partner`, `vendor` or `internal`.
    pub kind: String,
    /// Its number, unique within its kind.
    pub number: String,
    /// Its name.
    pub name: String,
    /// The partner that looks after it: `org_…`.
    pub partner: Option<String>,
    /// The group of sites in which its people sign in.
    pub site_group: String,
    /// Whether the record is active.
    pub active: bool,
    /// Moves with each edit.
    pub version: u32,
    /// What the reader may do now.
    pub actions: Vec<String>,
}

impl OrganizationView {
    /// The organization as `reader` may see it now.
    pub fn new(organization: &Organization, reader: &Actor) -> Self {
        Self {
            id: organization.id.to_string(),
            kind: organization.kind.as_str().to_owned(),
            number: organization.number.to_string(),
            name: organization.name.to_string(),
            partner: organization.partner.map(|partner| partner.to_string()),
            site_group: organization.site_group.clone(),
            active: organization.active,
            version: organization.version,
            actions: allowed(organization, reader).into_iter().map(str::to_owned).collect(),
        }
    }
}

/// What a user may do at an organization.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Access)]
#[expect(clippy::struct_excessive_bools, reason = "the contract's facts stand side by side")]
pub struct AccessView {
    /// `usr_…`.
    pub user: String,
    /// The email that signs in.
    pub login_email: String,
    /// The user ID that signs in, if there is one.
    pub user_id: Option<String>,
    /// `customer`, `partner`, `vendor` or `staff`.
    pub account_type: String,
    /// The roles.
    pub roles: Vec<String>,
    /// The one site; null: every site of the group.
    pub site: Option<String>,
    /// May add users.
    pub can_create_users: bool,
    /// Claims need authorization first.
    pub claim_authorization_required: bool,
    /// `invited`, `invitation_expired`, `active` or `revoked`.
    pub state: String,
    /// Whether the login is switched on.
    pub login_enabled: bool,
    /// Until when the login is locked; null where it is not.
    pub locked_until: Option<String>,
    /// Whether the password must be changed at the next sign-in.
    pub must_change_password: bool,
    /// Where the person signs in.
    pub login_url: String,
    /// When the person last signed in; for staff.
    pub last_sign_in_at: Option<String>,
}

/// The link last sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Link)]
pub struct LinkView {
    /// `invite`, `accept` or `reset`.
    pub purpose: String,
    /// `valid`, `expired`, `used`, `replaced` or `void`.
    pub state: String,
    /// When sending was last tried; null before.
    pub sent_at: Option<String>,
    /// When its time is over; null before it was sent.
    pub expires_at: Option<String>,
    /// What became of the mail: `queued`, `sent`, `delivered`, `bounced`, `complained`, `suppressed` or `failed`.
    pub mail: String,
}

/// What staff are told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notice)]
pub struct NoticeView {
    /// The notice.
    pub text: String,
    /// Until when it is shown.
    pub until: String,
}

/// Nothing: the answer is the same whatever became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Nothing)]
pub struct NothingView {}

impl ContactView {
    /// The contact as `reader` may see it now.
    pub fn new(account: &Account, reader: &Actor, settings: &Settings, now: Timestamp) -> Self {
        let contact = &account.contact.value;
        Self {
            id: contact.id.to_string(),
            organization: contact.organization.to_string(),
            first_name: contact.first_name.to_string(),
            last_name: contact.last_name.to_string(),
            email: contact.email.to_string(),
            notifications: contact.notifications,
            title: contact.details.title.as_ref().map(ToString::to_string),
            language: contact.details.language.as_ref().map(ToString::to_string),
            time_zone: contact.details.time_zone.as_ref().map(ToString::to_string),
            business_phone: contact.details.business_phone.as_ref().map(ToString::to_string),
            mobile_phone: contact.details.mobile_phone.as_ref().map(ToString::to_string),
            active: contact.active,
            version: contact.version,
            access: account.access().map(|access| AccessView::new(account, access, reader, settings, now)),
            link: link(account, reader, now),
            notice: notice(account, reader, now),
            actions: account
                .allowed(reader, settings, now)
                .into_iter()
                .map(|allowed| allowed.as_str().to_owned())
                .collect(),
        }
    }
}

impl AccessView {
    fn new(account: &Account, access: &Access, reader: &Actor, settings: &Settings, now: Timestamp) -> Self {
        let contact = &account.contact.value;
        // What a delegated administrator reads of a login is local to the access, whether it is theirs alone or not: what
        // changed where it becomes shared would tell (requirement O8).
        let user = account.user.as_ref().map(|user| &user.value).filter(|_| reader.is_staff());
        let attempts = account.attempts.as_ref().filter(|_| reader.is_staff()).map(|attempts| &attempts.value);
        let must_change = account.user.as_ref().is_some_and(|user| user.value.must_change_password);
        let (login_email, user_id) = match user {
            Some(user) => (Some(&user.login_email), user.user_id.as_ref()),
            None => (access.login_email.as_ref(), access.user_id.as_ref()),
        };
        Self {
            user: if reader.is_staff() {
                access.user.to_string()
            } else {
                contact.id.alias::<crate::domain::id::UserKind>().to_string()
            },
            login_email: login_email.unwrap_or(&contact.email).to_string(),
            user_id: user_id.map(ToString::to_string),
            account_type: access.account_type.as_str().to_owned(),
            roles: access.roles.iter().map(|role| role.as_str().to_owned()).collect(),
            site: access.site.map(|site| site.to_string()),
            can_create_users: access.can_create_users,
            claim_authorization_required: access.claim_authorization_required,
            state: account.state(now).map_or("revoked", crate::domain::account::State::as_str).to_owned(),
            login_enabled: access.login_enabled && access.standing != Standing::Revoked,
            locked_until: account.locked_until_to(reader, settings.lockout, now).map(|at| at.to_string()),
            must_change_password: must_change && (reader.is_staff() || !account.is_shared()),
            login_url: settings.home(access.site, &account.organization.value).login_url(),
            last_sign_in_at: attempts.and_then(|attempts| attempts.last_sign_in_at).map(|at| at.to_string()),
        }
    }
}

fn link(account: &Account, reader: &Actor, now: Timestamp) -> Option<LinkView> {
    let last = account.contact.value.link?;
    let fate = account.mail.as_ref().map_or(Fate::Sent, |mail| fate_to(reader, mail, now));
    // To a delegated administrator somebody known elsewhere is a new person (requirement O8).
    let purpose = if last.purpose == Purpose::Accept && !reader.is_staff() { Purpose::Invite } else { last.purpose };
    Some(LinkView {
        purpose: purpose.as_str().to_owned(),
        state: account.link.as_ref().map_or(State::Expired, |link| state(link, Some(account), now)).as_str().to_owned(),
        sent_at: account.link.as_ref().and_then(|link| link.sent_at).map(|at| at.to_string()),
        expires_at: account.link.as_ref().and_then(Link::expires_at).map(|at| at.to_string()),
        mail: fate.as_str().to_owned(),
    })
}

/// A mail's fate, as far as this reader may know: that an address was known to be dead before would tell a delegated
/// administrator that it was known. To them it looks as if it had come back (requirement O8).
pub fn fate_to(reader: &Actor, mail: &Mail, now: Timestamp) -> Fate {
    match mail.fate {
        Fate::Suppressed if !reader.is_staff() && now < seems_back_at(mail) => Fate::Sent,
        Fate::Suppressed if !reader.is_staff() => Fate::Bounced,
        fate => fate,
    }
}

/// When a mail that was not sent seems to have come back, to who may not know that it was not sent.
pub fn seems_back_at(mail: &Mail) -> Timestamp {
    mail.created_at + jiff::SignedDuration::from_secs(SEEMS_BACK_SECONDS)
}

fn notice(account: &Account, reader: &Actor, now: Timestamp) -> Option<NoticeView> {
    let first: &Mail = account.creation_mail.as_ref().filter(|mail| mail.link.is_some())?;
    let fate = |mail: &Mail| fate_to(reader, mail, now);
    // Where the first mail did not go, one that was sent again tells.
    let again = account.mail.as_ref().filter(|mail| !fate(first).went() && fate(mail).went());
    let mail = again.unwrap_or(first);
    let since_written = mail.created_at + jiff::SignedDuration::from_hours(crate::domain::mail::NOTICE_HOURS);
    let (text, until) = match fate(mail) {
        Fate::Sent | Fate::Delivered | Fate::Complained => (CREATED, mail.notice_until().unwrap_or(since_written)),
        Fate::Queued if mail.failure.is_none() => return None,
        Fate::Queued | Fate::Failed => (CREATED_UNSENT, since_written),
        Fate::Bounced | Fate::Suppressed => (CREATED_UNDELIVERED, since_written),
    };
    (until > now).then(|| NoticeView { text: text.to_owned(), until: until.to_string() })
}

/// Who is signed in, for the portal (requirement P9).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionView {
    /// `ses_…`.
    pub id: String,
    /// The person.
    pub user: PersonView,
    /// The access they act with.
    pub access: Option<SessionAccessView>,
    /// `org_…`.
    pub organization: String,
    /// Its number.
    pub organization_number: String,
    /// Its name.
    pub organization_name: String,
    /// `customer`, `partner`, `vendor` or `staff`.
    pub account_type: String,
    /// The roles.
    pub roles: Vec<String>,
    /// What they permit.
    pub permissions: Vec<String>,
    /// The site that was signed in at.
    pub site: Option<String>,
    /// Whether staff look at the portal as this access would.
    pub preview: bool,
    /// Whether nothing but changing the password is possible.
    pub must_change_password: bool,
    /// When the session is over, used or not.
    pub expires_at: String,
    /// When it is over if it is not used again.
    pub idle_expires_at: String,
    /// The person's other accesses.
    pub accesses: Vec<OtherAccessView>,
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Person)]
pub struct PersonView {
    /// `usr_…`.
    pub id: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The contact's email.
    pub email: String,
    /// The email that signs in.
    pub login_email: String,
    /// The user ID that signs in, if there is one.
    pub user_id: Option<String>,
}

/// The access that a session acts with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionAccess)]
pub struct SessionAccessView {
    /// The contact that holds it: `con_…`.
    pub contact: String,
    /// The one site; null: every site of the group.
    pub site: Option<String>,
    /// May add users.
    pub can_create_users: bool,
    /// Claims need authorization first.
    pub claim_authorization_required: bool,
    /// Whether the portal may send notifications.
    pub notifications: bool,
}

/// Another access of the same person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OtherAccess)]
pub struct OtherAccessView {
    /// The contact that holds it: `con_…`.
    pub contact: String,
    /// `org_…`.
    pub organization: String,
}

impl SessionView {
    /// The session as its holder sees it.
    pub fn new(
        session: &Session,
        user: &User,
        contact: &Stored<Contact>,
        organization: &Stored<Organization>,
        settings: &Settings,
    ) -> Self {
        let contact = &contact.value;
        let access = contact.access.as_ref();
        let permissions = access
            .map(|access| Actor::new(contact.id, contact.organization, access, settings).permissions)
            .unwrap_or_default();
        Self {
            id: session.id.to_string(),
            user: PersonView {
                id: user.id.to_string(),
                first_name: contact.first_name.to_string(),
                last_name: contact.last_name.to_string(),
                email: contact.email.to_string(),
                login_email: user.login_email.to_string(),
                user_id: user.user_id.as_ref().map(ToString::to_string),
            },
            access: access.map(|access| SessionAccessView {
                contact: contact.id.to_string(),
                site: access.site.map(|site| site.to_string()),
                can_create_users: access.can_create_users,
                claim_authorization_required: access.claim_authorization_required,
                notifications: contact.notifications,
            }),
            organization: contact.organization.to_string(),
            organization_number: organization.value.number.to_string(),
            organization_name: organization.value.name.to_string(),
            account_type: access.map_or("", |access| access.account_type.as_str()).to_owned(),
            roles: access.into_iter().flat_map(|access| &access.roles).map(|role| role.as_str().to_owned()).collect(),
            permissions: permissions.into_iter().map(str::to_owned).collect(),
            site: session.site.map(|site| site.to_string()),
            preview: session.preview.is_some(),
            must_change_password: user.must_change_password && session.preview.is_none(),
            expires_at: session.expires_at(settings).to_string(),
            idle_expires_at: session.idle_expires_at(settings).to_string(),
            accesses: user
                .accesses
                .iter()
                .filter(|it| it.contact != contact.id)
                .map(|it| OtherAccessView {
                    contact: it.contact.to_string(),
                    organization: it.organization.to_string(),
                })
                .collect(),
        }
    }
}

/// What a role is called on a page.
pub fn role_label(name: &RoleName) -> String {
    let words = name.as_str().replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
