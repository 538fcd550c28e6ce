//! One method per question. Every read is consistent; none costs more as the table grows.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use super::find::{self, Field};
use super::item::{Item, from_item, key_fields};
use super::keys::{self, Key};
use super::{Store, StoreError, unavailable};
use crate::domain::account::Account;
use crate::domain::change::{AttemptsKey, Ref, Replay, Stored};
use crate::domain::contact::Contact;
use crate::domain::counter::Counter;
use crate::domain::email::{Email, LoginKey};
use crate::domain::id::{ContactId, Id, MailId, OrganizationId, SessionId, SiteId, UserKey};
use crate::domain::link::{Link, LinkId};
use crate::domain::lockout::Attempts;
use crate::domain::logo::Picture;
use crate::domain::mail::{Mail, Suppression};
use crate::domain::organization::{Organization, OrganizationType};
use crate::domain::place::Place;
use crate::domain::role::AccountType;
use crate::domain::rules::preview::Looking;
use crate::domain::session::{Previewer, Session, SessionToken};
use crate::domain::settings::Settings;
use crate::domain::tally::{Held, SEAT_SHARDS, Seats, Tally};
use crate::domain::text::Number;
use crate::domain::user::{Login, User};
use crate::domain::wording::{OwnWording, WordingKey};

/// Most of a user's sessions that are listed.
pub const MOST_LISTED: i32 = 100;

/// Most records of one batch read.
pub(super) const MOST_READ: usize = 100;

/// What is known of the owner of a login name.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The owner.
    pub user: Option<Stored<User>>,
    /// Where the owner has access.
    pub places: Vec<Place>,
    /// Failures to sign in: the device's where one was given and is the owner's, else the account's.
    pub attempts: Option<Stored<Attempts>>,
}

/// What a mail is sent with.
#[derive(Debug, Clone, Default)]
pub struct Sending {
    /// The link it takes along.
    pub link: Option<Stored<Link>>,
    /// Why nothing goes to its address.
    pub suppression: Option<Stored<Suppression>>,
    /// What the business made of its wording.
    pub own: Option<Stored<OwnWording>>,
}

/// What one batch read found.
pub(super) struct Found(HashMap<(String, String), Item>);

impl Found {
    pub(super) fn take<T: DeserializeOwned>(&self, name: &Ref) -> Result<Option<Stored<T>>, StoreError> {
        let Key { pk, sk } = keys::key(name);
        // An item without a type is the end of a link whose record was gone already.
        self.0.get(&(pk, sk)).filter(|item| item.contains_key("type")).cloned().map(from_item).transpose()
    }

    fn count(&self, counter: &Counter) -> u32 {
        let Key { pk, sk } = keys::counter(counter);
        let count = self.0.get(&(pk, sk)).and_then(|item| item.get("count")).and_then(|count| count.as_n().ok());
        count.and_then(|count| count.parse().ok()).unwrap_or(0)
    }
}

impl Store {
    /// One consistent read of up to a hundred records.
    async fn read(&self, keys: Vec<Key>) -> Result<Found, StoreError> {
        let mut keys = keys;
        keys.sort();
        keys.dedup();
        let wanted: Vec<HashMap<String, AttributeValue>> = keys.iter().map(|key| key_fields(key).into()).collect();
        let mut ask = Some(
            KeysAndAttributes::builder()
                .set_keys(Some(wanted))
                .consistent_read(true)
                .build()
                .map_err(|error| StoreError::Malformed(error.to_string()))?,
        );
        let mut found = HashMap::new();
        // What the table leaves over under load is asked for again, three times at most.
        for _ in 0..4 {
            let Some(request) = ask.take() else { break };
            let answer = self
                .client
                .batch_get_item()
                .request_items(&self.table, request)
                .send()
                .await
                .map_err(|error| unavailable(&error))?;
            for item in answer.responses.into_iter().flatten().flat_map(|(_, items)| items) {
                let part = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
                found.insert((part("pk"), part("sk")), item);
            }
            ask = answer.unprocessed_keys.and_then(|mut rest| rest.remove(&self.table));
        }
        if ask.is_some() {
            return Err(StoreError::Unavailable("keys left over".to_owned()));
        }
        Ok(Found(found))
    }

    /// Any number of records: one read for each hundred.
    pub(super) async fn read_all(&self, names: &[Ref]) -> Result<Found, StoreError> {
        let mut found = Found(HashMap::new());
        for some in names.chunks(MOST_READ) {
            found.0.extend(self.read(some.iter().map(keys::key).collect()).await?.0);
        }
        Ok(found)
    }

    async fn one<T: DeserializeOwned>(&self, name: Ref) -> Result<Option<Stored<T>>, StoreError> {
        self.read(vec![keys::key(&name)]).await?.take(&name)
    }

    /// What the business has set.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn settings(&self) -> Result<Option<Stored<Settings>>, StoreError> {
        self.one(Ref::Settings).await
    }

    /// The records that a session hangs on, in one read: the session, its user, contact and organization.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn session(
        &self,
        token: &SessionToken,
    ) -> Result<Option<(Stored<Session>, Stored<User>, Stored<Contact>, Stored<Organization>)>, StoreError> {
        self.signed_in(token.user, token.session, token.contact, token.organization).await
    }

    /// The records that let somebody look on, in one read; none where one of them is gone.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn previewer(&self, previewer: &Previewer) -> Result<Option<Looking>, StoreError> {
        let Previewer { user, session, contact, organization } = *previewer;
        let records = self.signed_in(user, session, contact, organization).await?;
        Ok(records.map(|(session, user, contact, organization)| Looking {
            session: session.value,
            user: user.value,
            contact: contact.value,
            organization: organization.value,
        }))
    }

    async fn signed_in(
        &self,
        user: UserKey,
        session: SessionId,
        contact: ContactId,
        organization: OrganizationId,
    ) -> Result<Option<(Stored<Session>, Stored<User>, Stored<Contact>, Stored<Organization>)>, StoreError> {
        let names =
            [Ref::Session(user, session), Ref::User(user), Ref::Contact(contact), Ref::Organization(organization)];
        let found = self.read(names.iter().map(keys::key).collect()).await?;
        let [session, user, contact, organization] = &names;
        let records = (found.take(session)?, found.take(user)?, found.take(contact)?, found.take(organization)?);
        Ok(match records {
            (Some(session), Some(user), Some(contact), Some(organization)) => {
                Some((session, user, contact, organization))
            }
            _ => None,
        })
    }

    /// One session of a user.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn session_of(&self, user: UserKey, id: SessionId) -> Result<Option<Stored<Session>>, StoreError> {
        self.one(Ref::Session(user, id)).await
    }

    /// Failures counted under a key.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn attempts(&self, key: AttemptsKey) -> Result<Option<Stored<Attempts>>, StoreError> {
        self.one(Ref::Attempts(key)).await
    }

    /// A user's sessions, newest first, [`MOST_LISTED`] at most.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn sessions(&self, user: UserKey) -> Result<Vec<Stored<Session>>, StoreError> {
        let found = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND begins_with(sk, :sk)")
            .expression_attribute_values(":pk", AttributeValue::S(keys::key(&Ref::User(user)).pk))
            .expression_attribute_values(":sk", AttributeValue::S("SESSION#".to_owned()))
            .scan_index_forward(false)
            .limit(MOST_LISTED)
            .send()
            .await
            .map_err(|error| unavailable(&error))?;
        found.items.unwrap_or_default().into_iter().map(from_item).collect()
    }

    /// A contact with everything that its access hangs on: two reads, also where there is no such contact.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn account(&self, id: ContactId) -> Result<Option<Account>, StoreError> {
        let contact = self.one::<Contact>(Ref::Contact(id)).await?;
        self.account_of(id, contact).await
    }

    async fn account_of(&self, id: ContactId, contact: Option<Stored<Contact>>) -> Result<Option<Account>, StoreError> {
        let value = contact.as_ref().map(|contact| &contact.value);
        let organization = Ref::Organization(value.map_or_else(|| id.alias(), |contact| contact.organization));
        let user_key =
            value.and_then(|contact| contact.access.as_ref()).map_or_else(|| id.alias(), |access| access.user);
        let (user, attempts) = (Ref::User(user_key), Ref::Attempts(AttemptsKey::User(user_key)));
        let last = value.and_then(|contact| contact.link);
        let link = last.map(|last| Ref::Link(last.id));
        let mail = last.map(|last| Ref::Mail(last.mail));
        let creation = value.and_then(|contact| contact.creation_mail).map(Ref::Mail);
        let names =
            [Some(&organization), Some(&user), Some(&attempts), link.as_ref(), mail.as_ref(), creation.as_ref()];
        let found = self.read(names.into_iter().flatten().map(keys::key).collect()).await?;
        let (Some(contact), Some(organization)) = (contact, found.take(&organization)?) else { return Ok(None) };
        let record = |name: &Option<Ref>| name.as_ref().map_or(Ok(None), |name| found.take::<Mail>(name));
        Ok(Some(Account {
            organization,
            contact,
            user: found.take(&user)?,
            attempts: found.take(&attempts)?,
            link: link.as_ref().map_or(Ok(None), |name| found.take::<Link>(name))?.map(|link| link.value),
            mail: record(&mail)?.map(|mail| mail.value),
            creation_mail: record(&creation)?.map(|mail| mail.value),
        }))
    }

    /// A user's accounts, besides one that is known already.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn accounts(&self, contacts: &[ContactId]) -> Result<Vec<Account>, StoreError> {
        let mut accounts = Vec::with_capacity(contacts.len());
        for contact in contacts {
            accounts.extend(self.account(*contact).await?);
        }
        Ok(accounts)
    }

    /// The contacts of a user's accesses.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn contacts(&self, ids: &[ContactId]) -> Result<Vec<Stored<Contact>>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let names: Vec<Ref> = ids.iter().copied().map(Ref::Contact).collect();
        let found = self.read(names.iter().map(keys::key).collect()).await?;
        names.iter().filter_map(|name| found.take(name).transpose()).collect()
    }

    /// A contact with its organization: two reads, also where there is no such contact.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn place(&self, id: ContactId) -> Result<Option<Place>, StoreError> {
        let contact = self.one::<Contact>(Ref::Contact(id)).await?;
        let at = contact.as_ref().map_or_else(|| id.alias(), |contact| contact.value.organization);
        let organization = self.organization(at).await?;
        Ok(contact.zip(organization).map(|(contact, organization)| Place { contact, organization }))
    }

    /// Organizations by their ids.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn organizations(&self, ids: &[OrganizationId]) -> Result<Vec<Stored<Organization>>, StoreError> {
        let names: Vec<Ref> = ids.iter().copied().map(Ref::Organization).collect();
        let found = self.read_all(&names).await?;
        names.iter().filter_map(|name| found.take(name).transpose()).collect()
    }

    /// The owners of a user's login names, in the order of [`User::login_keys`].
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn logins(&self, user: &User) -> Result<Vec<Stored<Login>>, StoreError> {
        let names: Vec<Ref> = user.login_keys().map(Ref::Login).collect();
        let found = self.read(names.iter().map(keys::key).collect()).await?;
        names.iter().filter_map(|name| found.take(name).transpose()).collect()
    }

    /// Who owns a login name, and what is counted so far: the first of the two reads of a sign-in.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn login(&self, login: LoginKey, counters: &[Counter]) -> Result<(Option<Login>, Vec<u32>), StoreError> {
        let name = Ref::Login(login);
        let keys = std::iter::once(keys::key(&name)).chain(counters.iter().map(keys::counter)).collect();
        let found = self.read(keys).await?;
        // One that is kept for an access signs nobody in.
        let owner = found.take::<Login>(&name)?.map(|login| login.value).filter(|login| login.kept_for.is_none());
        Ok((owner, counters.iter().map(|counter| found.count(counter)).collect()))
    }

    /// What is known of a login name, whether it signs somebody in or is only kept.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn login_name(&self, login: LoginKey) -> Result<Option<Stored<Login>>, StoreError> {
        self.one(Ref::Login(login)).await
    }

    /// The owner of a login name with their accesses: the second of the two reads. Where nobody owns it,
    /// as much is asked for.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn holder(
        &self,
        login: LoginKey,
        owner: Option<&Login>,
        device: Option<(UserKey, [u8; 16])>,
    ) -> Result<Holder, StoreError> {
        // Ids that no record has stand in for those of an owner.
        let nobody = Id::<crate::domain::id::UserKind>::new(Timestamp::UNIX_EPOCH);
        let user_key = owner.map_or(nobody, |owner| owner.user);
        let attempts = Ref::Attempts(match (owner, device) {
            (Some(_), Some((user, device))) if user == user_key => AttemptsKey::Device(user, device),
            (Some(_), _) => AttemptsKey::User(user_key),
            (None, _) => AttemptsKey::Unknown(login),
        });
        let user = Ref::User(user_key);
        let places: Vec<(Ref, Ref)> = match owner {
            Some(owner) => {
                owner.accesses.iter().map(|it| (Ref::Contact(it.contact), Ref::Organization(it.organization))).collect()
            }
            None => vec![(Ref::Contact(nobody.alias()), Ref::Organization(nobody.alias()))],
        };
        let names = [&user, &attempts]
            .into_iter()
            .chain(places.iter().flat_map(|(contact, organization)| [contact, organization]));
        let found = self.read(names.map(keys::key).collect()).await?;
        let places = places.iter().map(|(contact, organization)| {
            let place = found.take(contact)?.zip(found.take(organization)?);
            Ok::<_, StoreError>(place.map(|(contact, organization)| Place { contact, organization }))
        });
        Ok(Holder {
            places: places.filter_map(Result::transpose).collect::<Result<_, _>>()?,
            user: found.take(&user)?,
            attempts: found.take(&attempts)?,
        })
    }

    /// The organization of a kind with a number.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn organization_numbered(
        &self,
        kind: OrganizationType,
        number: &Number,
    ) -> Result<Option<Stored<Organization>>, StoreError> {
        #[derive(serde::Deserialize)]
        struct Claim {
            organization: OrganizationId,
        }
        let claim = self.one::<Claim>(Ref::Number(kind, number.folded())).await?;
        match claim {
            Some(claim) => self.organization(claim.value.organization).await,
            // As much is read for a number that no organization has (requirement A7).
            None => self.organization(Id::new(Timestamp::UNIX_EPOCH)).await,
        }
    }

    /// An organization.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn organization(&self, id: OrganizationId) -> Result<Option<Stored<Organization>>, StoreError> {
        self.one(Ref::Organization(id)).await
    }

    /// A user.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn user(&self, id: UserKey) -> Result<Option<Stored<User>>, StoreError> {
        self.one(Ref::User(id)).await
    }

    /// A link. Where none is asked for, as much is read.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn link(&self, id: Option<LinkId>) -> Result<Option<Stored<Link>>, StoreError> {
        self.one(Ref::Link(id.unwrap_or_default())).await
    }

    /// A mail.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn mail(&self, id: MailId) -> Result<Option<Stored<Mail>>, StoreError> {
        self.one(Ref::Mail(id)).await
    }

    /// What a mail is sent with, in one read.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn sending(&self, link: Option<LinkId>, to: &Email, wording: WordingKey) -> Result<Sending, StoreError> {
        let suppression = Ref::Suppression(LoginKey::from(to));
        let (link, wording) = (Ref::Link(link.unwrap_or_default()), Ref::Wording(wording));
        let found = self.read([&suppression, &link, &wording].map(keys::key).into()).await?;
        Ok(Sending { link: found.take(&link)?, suppression: found.take(&suppression)?, own: found.take(&wording)? })
    }

    /// What the business made of these wordings, in their order; none where it never edited one.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn wordings(&self, wanted: &[WordingKey]) -> Result<Vec<Option<Stored<OwnWording>>>, StoreError> {
        let names: Vec<Ref> = wanted.iter().map(|key| Ref::Wording(*key)).collect();
        let found = self.read_all(&names).await?;
        names.iter().map(|name| found.take(name)).collect()
    }

    /// A site's logo with its bytes.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn logo(&self, site: SiteId) -> Result<Option<Stored<Picture>>, StoreError> {
        self.one(Ref::Logo(site)).await
    }

    /// Whether nothing goes to an address.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn suppression(&self, address: &Email) -> Result<Option<Stored<Suppression>>, StoreError> {
        self.one(Ref::Suppression(LoginKey::from(address))).await
    }

    /// The mails about a contact, newest first: up to so many before one, and before which there are more. The index may lag a
    /// moment behind a change; the mails are as they are now.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn mails(
        &self,
        contact: ContactId,
        before: Option<MailId>,
        most: usize,
    ) -> Result<(Vec<Mail>, Option<MailId>), StoreError> {
        // Above every id, where none is named.
        let before = before.map_or_else(|| "mal_~".to_owned(), |id| id.to_string());
        let found = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(Field::Name.scoped_index())
            .key_condition_expression("#scope = :scope AND #key < :before")
            .expression_attribute_names("#scope", find::SCOPE)
            .expression_attribute_names("#key", Field::Name.key())
            .expression_attribute_values(":scope", AttributeValue::S(find::mails_about(contact)))
            .expression_attribute_values(":before", AttributeValue::S(before))
            .scan_index_forward(false)
            .limit(i32::try_from(most).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| unavailable(&error))?;
        let is_last = found.last_evaluated_key.is_none();
        let id = |item: &Item| item.get("id").and_then(|id| id.as_s().ok()).and_then(|id| id.parse().ok());
        let ids: Vec<MailId> = found.items.unwrap_or_default().iter().filter_map(id).collect();
        let more = ids.last().copied().filter(|_| !is_last);
        let names: Vec<Ref> = ids.into_iter().map(Ref::Mail).collect();
        let found = self.read_all(&names).await?;
        let mut mails = Vec::with_capacity(names.len());
        for name in &names {
            mails.extend(found.take::<Mail>(name)?.map(|mail| mail.value));
        }
        Ok((mails, more))
    }

    /// By how many something is held.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn tally(&self, tally: Tally) -> Result<Option<Stored<Held>>, StoreError> {
        self.one(Ref::Tally(tally)).await
    }

    /// The seats that are taken of an account type: one read.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn seats(&self, kind: AccountType) -> Result<Seats, StoreError> {
        let gate = Ref::Tally(Tally::Gate(kind));
        let parts: Vec<Ref> = (0..SEAT_SHARDS).map(|shard| Ref::Tally(Tally::Seats(kind, shard))).collect();
        let found = self.read(parts.iter().chain([&gate]).map(keys::key).collect()).await?;
        let mut taken = 0;
        for part in &parts {
            taken += found.take::<Held>(part)?.map_or(0, |part| part.value.held);
        }
        Ok(Seats { taken, gate: found.take(&gate)? })
    }

    /// What an idempotency key stands for.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn replay(&self, key: [u8; 32]) -> Result<Option<Stored<Replay>>, StoreError> {
        self.one(Ref::Replay(key)).await
    }
}
