//! The five documents that Latchkey comes from, each worked through step by step in its own order
//! (`docs/requirements.md` says where each rule is from).

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::portal::{new_user, token_in};
use tests::{Answer, PASSWORD, Portal, Visitor, strangers_portal};

const ADA: &str = "ada@example.com";

/// The id of the one that a search by this beginning finds.
async fn found(by: &Visitor, list: &str, q: &str) -> String {
    let page = by.get(&format!("/v1/{list}?q={q}")).await.expect(200);
    assert_eq!(page.json["items"].as_array().map(Vec::len), Some(1), "{}", page.text);
    page.at("/items/0/id")
}

/// What a stranger's portal shows to whoever holds this token.
async fn shown(portal: &str, token: &str, things: &str) -> u16 {
    let request = reqwest::Client::new().get(format!("{portal}/{things}")).bearer_auth(token);
    Answer::of(request).await.status.as_u16()
}

fn actions(contact: &Answer) -> Vec<String> {
    let actions = contact.json["actions"].as_array().expect("actions");
    actions.iter().map(|it| it.as_str().expect("a text").to_owned()).collect()
}

fn version(of: &Answer) -> u64 {
    of.json["version"].as_u64().expect("a version")
}

/// A customer as the documents find it: with a contact, and nobody who signs in. Gives the ids of both.
async fn customer(portal: &Portal, email: &str) -> (String, String) {
    let body = json!({ "kind": "customer", "number": "C-1001", "name": "Acme Metal Works" });
    let organization = portal.administrator.post("/v1/organizations", &body).await.expect(201).at("/id");
    let body = json!({ "organization": organization, "first_name": "Ada", "last_name": "Byron", "email": email });
    let contact = portal.administrator.post("/v1/contacts", &body).await.expect(201).at("/id");
    (organization, contact)
}

/// Document 000: set a customer's password manually.
#[tokio::test]
async fn a_customers_password_is_set_manually() {
    let portal = Portal::start().await;
    let staff = &portal.administrator;
    let (_, contact) = customer(&portal, "old@example.com").await;
    // 1, 2: the list of customers; the customer that is to get a role, and its contact.
    let organization = found(staff, "organizations", "acme").await;
    let listed = staff.get(&format!("/v1/contacts?organization={organization}")).await.expect(200);
    assert_eq!(listed.at("/items/0/id"), contact);
    // 3: the email that signs in.
    let read = staff.get(&format!("/v1/contacts/{contact}")).await.expect(200);
    let path = format!("/v1/contacts/{contact}");
    let edited = staff.patch(&path, version(&read), &json!({ "email": ADA })).await.expect(200);
    assert_eq!(edited.at("/email"), ADA);
    // 4 to 10: access, one website, the Customer Center role, no mail, the password typed twice.
    let sites = staff.get("/v1/sites").await.expect(200);
    let site = sites.at("/items/0/id");
    let access = |password: &str, again: &str| {
        json!({ "roles": ["customer_center"], "site": site, "notify": false,
            "credential": { "method": "password", "password": password, "confirm_password": again } })
    };
    let path = format!("/v1/contacts/{contact}/access");
    let mails = portal.inbox.mails().len();
    let _ = staff.put(&path, &access(PASSWORD, "another")).await.refused(400, "invalid");
    let requirements = staff.put(&path, &access("short", "short")).await.refused(400, "password_rejected");
    assert_eq!(requirements.at("/errors/0/field"), "credential.password");
    // 11: save.
    let saved = staff.put(&path, &access(PASSWORD, PASSWORD)).await.expect(200);
    assert_eq!((saved.at("/access/state"), saved.at("/access/site")), ("active".into(), site));
    assert_eq!(portal.inbox.mails().len(), mails, "nothing is mailed");
    // 12: the login page's URL and the email are what staff pass on; the password they tell in another way.
    assert_eq!(saved.at("/access/login_url"), format!("{}/sign-in", portal.url));
    assert!(!saved.text.contains(PASSWORD));
    let session = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    let strangers = strangers_portal::start(&portal.url).await;
    for things in ["orders", "invoices", "estimates", "payments"] {
        assert_eq!(shown(&strangers, &session.at("/token"), things).await, 200, "{things}");
    }
    // The note: a preview of the account shows whether the role is set up right.
    assert!(actions(&saved).contains(&"preview".to_owned()));
    let preview = staff.act(&format!("/v1/contacts/{contact}/preview")).await.expect(201);
    assert_eq!(preview.json["session"]["preview"], true);
    assert_eq!(shown(&strangers, &preview.at("/token"), "orders").await, 200);
    assert_eq!(shown(&strangers, &preview.at("/token"), "claims").await, 403);
}

/// Document 001: assign a customer a role and provide access.
#[tokio::test]
async fn a_customer_is_assigned_a_role_and_given_access() {
    let portal = Portal::start().await;
    let staff = &portal.administrator;
    let (organization, contact) = customer(&portal, ADA).await;
    // The hours until a link expires are an administrator's to change.
    let settings = staff.get("/v1/settings").await.expect(200);
    assert_eq!(settings.json["invite_hours"], 24);
    let _ = staff.patch("/v1/settings", version(&settings), &json!({ "invite_hours": 48 })).await.expect(200);
    // The customer, its email, Give Access, an assigned website, a role of the business's own, the notification.
    assert_eq!(found(staff, "contacts", "byron").await, contact);
    let role =
        json!({ "name": "customer_center_small", "account_types": ["customer"], "permissions": ["invoices:read"] });
    let _ = staff.post("/v1/roles", &role).await.expect(201);
    let site = staff.get("/v1/sites").await.expect(200).at("/items/0/id");
    let path = format!("/v1/contacts/{contact}/access");
    let access = json!({ "roles": ["customer_center_small"], "site": site, "notify": true });
    let given = staff.put(&path, &access).await.expect(200);
    assert_eq!((given.at("/access/state"), given.at("/link/mail")), ("invited".into(), "sent".into()));
    // The mail: the email that signs in, the administrator's address, how to sign in, the link with its expiry.
    let mail = portal.next_mail(ADA, 0).await;
    for part in [ADA, "admin@example.com", "/sign-in", "/link/"] {
        assert!(mail.text.contains(part) && mail.html.contains(part), "{part}");
    }
    let sent: jiff::Timestamp = given.at("/link/sent_at").parse().expect("a time");
    let expires: jiff::Timestamp = given.at("/link/expires_at").parse().expect("a time");
    assert_eq!(expires.duration_since(sent), SignedDuration::from_hours(48));
    let _ = portal.visitor().redeem(&token_in(&mail).expect("a link"), PASSWORD).await.expect(204);
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    // Individual logins for the contacts: access, an email each, a password each, notice for some, no password in it.
    let mut contacts = Vec::new();
    for name in ["ben", "cleo"] {
        let body = json!({ "organization": organization, "first_name": name, "last_name": "Byrd",
            "email": format!("{name}@example.com") });
        contacts.push(staff.post("/v1/contacts", &body).await.expect(201).at("/id"));
    }
    let own = |password: &str| json!({ "method": "password", "password": password, "confirm_password": password });
    let (bens, cleos) = ("a password for ben alone", "a password for cleo alone");
    let body = json!({ "roles": ["customer_center"], "contacts": [
        { "contact": contacts[0], "credential": own(bens), "notify": true },
        { "contact": contacts[1], "credential": own(cleos), "notify": false },
    ] });
    let granted = staff.post(&format!("/v1/organizations/{organization}/access"), &body).await.expect(200);
    assert_eq!([granted.at("/results/0/status"), granted.at("/results/1/status")], ["200", "200"]);
    let notice = portal.next_mail("ben@example.com", 0).await;
    assert!(!notice.text.contains(bens) && !notice.html.contains(bens) && token_in(&notice).is_none());
    assert!(portal.mails_to("cleo@example.com").is_empty());
    for (email, password) in [("ben@example.com", bens), ("cleo@example.com", cleos)] {
        let _ = portal.visitor().sign_in(email, password).await.expect(201);
    }
    // Revoking: a customer who is also a vendor keeps that, until it is revoked and made inactive too.
    let user = given.at("/access/user");
    let vendor = json!({ "user": user, "account_type": "vendor", "organization": { "number": "V-1", "name": "Vend" },
        "first_name": "Ada", "last_name": "Byron" });
    let vendor = staff.post("/v1/users", &vendor).await.expect(201).at("/id");
    let revoked = staff.delete(&path).await.expect(200);
    assert_eq!(
        (revoked.at("/revoked/0/contact"), revoked.at("/remaining/0/contact")),
        (contact.clone(), vendor.clone())
    );
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(201);
    let revoked = staff.delete(&format!("{path}?everywhere=true")).await.expect(200);
    assert_eq!((revoked.at("/revoked/0/contact"), revoked.json["remaining"].clone()), (vendor.clone(), json!([])));
    let _ = portal.visitor().sign_in(ADA, PASSWORD).await.refused(401, "invalid_credentials");
    assert_eq!(portal.contact(&vendor).await.json["active"], false);
}

/// Document 002: create a user account, the message of sixteen hours, the reset.
#[tokio::test]
async fn a_user_account_is_created_for_a_person_on_record() {
    let portal = Portal::start().await;
    let staff = &portal.administrator;
    let (_, contact) = customer(&portal, ADA).await;
    // The person's record; the email is the default for the account and need not be the same.
    assert_eq!(found(staff, "contacts", "ada").await, contact);
    let login = "ada.private@example.com";
    let body = json!({ "roles": ["customer_center"], "login_email": login });
    // Create User: the mail goes out, the message stands.
    let created = staff.put(&format!("/v1/contacts/{contact}/access"), &body).await.expect(200);
    assert_eq!((created.at("/email"), created.at("/access/login_email")), (ADA.into(), login.into()));
    let message = "Account successfully created and reset password email sent.";
    assert_eq!(created.at("/notice/text"), message);
    // It stays for sixteen hours, however often the record is closed and opened, for every member of staff.
    portal.pass(SignedDuration::from_secs(16 * 3600 - 60));
    let again = portal.visitor().signed_in("admin@example.com", PASSWORD).await;
    assert_eq!(again.get(&format!("/v1/contacts/{contact}")).await.expect(200).at("/notice/text"), message);
    portal.pass(SignedDuration::from_secs(120));
    let again = portal.visitor().signed_in("admin@example.com", PASSWORD).await;
    assert_eq!(again.get(&format!("/v1/contacts/{contact}")).await.expect(200).json["notice"], Value::Null);
    // The link expires after 24 hours: its page says so and asks for another.
    let first = portal.link_token(login).await;
    portal.pass(SignedDuration::from_hours(9));
    let page = portal.visitor().get(&format!("/link/{first}")).await.expect(410);
    assert!(page.text.contains("has expired") && page.text.contains("Send me a new link"));
    let _ = portal.visitor().submit(&format!("/link/{first}"), &[("action", "renew")], "").await.expect(200);
    let second = token_in(&portal.next_mail(login, 1).await).expect("a link");
    let _ = portal.visitor().redeem(&second, PASSWORD).await.expect(204);
    let _ = portal.visitor().sign_in(login, PASSWORD).await.expect(201);
    // Assistance at any time: the link at the sign-in page, or staff's button. Another can always be sent.
    assert!(portal.visitor().get("/sign-in").await.expect(200).text.contains("/forgot-password"));
    let _ = portal.visitor().submit("/forgot-password", &[("login", login)], "").await.expect(200);
    let _ = portal.next_mail(login, 2).await;
    let staff = portal.visitor().signed_in("admin@example.com", PASSWORD).await;
    for sent in [3, 4] {
        let answer = staff.act(&format!("/v1/contacts/{contact}/reset")).await.expect(202);
        assert_eq!((answer.at("/link/purpose"), answer.at("/link/mail")), ("reset".into(), "sent".into()));
        assert_eq!(portal.mails_to(login).len(), sent + 1);
    }
    // Somebody without a record gets the record and the account at once.
    let new = new_user("new@example.com", json!({ "organization": { "number": "C-2", "name": "Two" } }));
    assert_eq!(staff.post("/v1/users", &new).await.expect(201).at("/notice/text"), message);
}

/// Document 003: create portal user accounts with the utility.
#[tokio::test]
async fn portal_user_accounts_are_created_with_the_utility() {
    let portal = Portal::start().await;
    // 1: a portal data administrator signs in.
    let office = portal.administrator.get("/v1/session").await.expect(200).at("/organization");
    let role = json!({ "account_type": "staff", "organization": office, "roles": ["account_manager"] });
    let (_, manager) = portal.member("manager@example.com", role).await;
    let organization = |kind: &str, number: &str| json!({ "kind": kind, "number": number, "name": number });
    let customer = manager.post("/v1/organizations", &organization("customer", "C-7")).await.expect(201).at("/id");
    let partner = manager.post("/v1/organizations", &organization("partner", "P-7")).await.expect(201).at("/id");
    // 2, 3: type, user ID, password twice, name, email, the customer or partner; 4, 5: the flags; 6: create.
    let password = json!({ "method": "password", "password": PASSWORD, "confirm_password": PASSWORD });
    let account = |kind: &str, organization: &str, user_id: &str| {
        json!({ "account_type": kind, "organization": organization, "user_id": user_id, "credential": password,
            "first_name": "Ada", "last_name": "Byron", "email": format!("{user_id}@example.com"), "can_create_users": true })
    };
    let customers = manager.post("/v1/users", &account("customer", &customer, "ada.customer")).await.expect(201);
    let mut body = account("partner", &partner, "ada.partner");
    body["claim_authorization_required"] = json!(true);
    let partners = manager.post("/v1/users", &body).await.expect(201);
    // What fits only the other type, or no record at all, is refused.
    let wrong = manager.post("/v1/users", &account("customer", &partner, "wrong")).await.refused(400, "invalid");
    assert_eq!(wrong.at("/errors/0/field"), "organization");
    let mut wrong = account("customer", &customer, "wrong");
    wrong["claim_authorization_required"] = json!(true);
    let _ = manager.post("/v1/users", &wrong).await.refused(400, "invalid");
    // The results: account, group, email, seat, organization and flags, on every site of the group.
    let sites = manager.get("/v1/sites").await.expect(200);
    for (made, number, role) in [(&customers, "C-7", "customer_center"), (&partners, "P-7", "partner")] {
        assert_eq!(made.json["access"]["roles"], json!([role]));
        let user_id = made.at("/access/user_id");
        for site in sites.json["items"].as_array().expect("sites") {
            let body = json!({ "login": user_id, "password": PASSWORD, "site": site["id"] });
            let session = portal.visitor().post("/v1/sessions", &body).await.expect(201);
            assert_eq!(session.json["session"]["organization_number"], number);
            assert_eq!(session.json["session"]["access"]["can_create_users"], true);
            assert_eq!(session.json["session"]["access"]["claim_authorization_required"], number == "P-7");
        }
        // 7: what is passed on to the new user.
        assert_eq!(made.at("/access/login_url"), format!("{}/sign-in", portal.url));
        assert_eq!(made.at("/access/login_email"), format!("{user_id}@example.com"));
    }
    // Can Create Users: a customer's user adds users, a partner's also registers new customers.
    let ada = portal.visitor().signed_in("ada.customer", PASSWORD).await;
    let _ = ada.post("/v1/users", &account_of(&customer, "customer", "ben@example.com")).await.expect(201);
    let ada = portal.visitor().signed_in("ada.partner", PASSWORD).await;
    let mut new = account_of(&customer, "customer", "cleo@example.com");
    new["organization"] = json!({ "number": "C-8", "name": "Eight" });
    let registered = ada.post("/v1/users", &new).await.expect(201).at("/organization");
    let registered = manager.get(&format!("/v1/organizations/{registered}")).await.expect(200);
    assert_eq!(registered.at("/partner"), partner);
    // More is set in the back office.
    let access = json!({ "roles": ["partner"], "can_create_users": false, "claim_authorization_required": true });
    let changed = manager.put(&format!("/v1/contacts/{}/access", partners.at("/id")), &access).await.expect(200);
    assert_eq!(changed.json["access"]["can_create_users"], false);
}

fn account_of(organization: &str, kind: &str, email: &str) -> Value {
    json!({ "account_type": kind, "organization": organization, "first_name": "Ben", "last_name": "Byrd", "email": email })
}

/// Document 004: manage contacts from the customer portal.
#[tokio::test]
async fn contacts_are_managed_from_the_customer_portal() {
    let portal = Portal::start().await;
    let body = json!({ "organization": { "number": "C-1001", "name": "Acme" }, "roles": ["customer_administrator"] });
    let (_, head) = portal.member("head@example.com", body).await;
    // Create a contact: its details, then what the role permits.
    let body = json!({ "first_name": "Ada", "last_name": "Byron", "email": ADA, "title": "Buyer", "language": "en",
        "time_zone": "Europe/London", "business_phone": "020 7946 0958", "mobile_phone": "07700 900123" });
    let created = head.post("/v1/contacts", &body).await.expect(201);
    let path = format!("/v1/contacts/{}", created.at("/id"));
    let given = head.put(&format!("{path}/access"), &json!({ "roles": ["customer_center"] })).await.expect(200);
    let token = portal.link_token(ADA).await;
    let _ = portal.visitor().redeem(&token, PASSWORD).await.expect(204);
    let ada = portal.visitor().signed_in(ADA, PASSWORD).await;
    let named =
        head.patch(&format!("{path}/login"), version(&given), &json!({ "user_id": "ada.byron" })).await.expect(200);
    assert_eq!(named.at("/access/user_id"), "ada.byron");
    for notifications in [false, true] {
        let read = head.get(&path).await.expect(200);
        let _ = head.patch(&path, version(&read), &json!({ "notifications": notifications })).await.expect(200);
        assert_eq!(ada.get("/v1/session").await.expect(200).json["access"]["notifications"], notifications);
    }
    // An administrator sets a password and requires that it be changed; the customer's own does neither.
    let password = json!({ "method": "password", "password": "chosen by an administrator",
        "confirm_password": "chosen by an administrator", "must_change": true });
    let _ = head.put(&format!("{path}/password"), &password).await.refused(403, "forbidden");
    let _ = head.act(&format!("{path}/require-password-change")).await.refused(403, "forbidden");
    let _ = portal.administrator.put(&format!("{path}/password"), &password).await.expect(200);
    let must = portal.visitor().sign_in("ada.byron", "chosen by an administrator").await.expect(201);
    assert_eq!(must.json["session"]["must_change_password"], true);
    let ada = portal.visitor().with_token(&must.at("/token"));
    let change =
        json!({ "current_password": "chosen by an administrator", "password": PASSWORD, "confirm_password": PASSWORD });
    let _ = ada.put("/v1/session/password", &change).await.expect(204);
    // Update contact information.
    let read = head.get(&path).await.expect(200);
    let edited = head.patch(&path, version(&read), &json!({ "title": "Head buyer" })).await.expect(200);
    assert_eq!(edited.at("/title"), "Head buyer");
    // Contacts, the contact, and the one link of the two that fits.
    let listed = head.get("/v1/contacts").await.expect(200);
    assert_eq!(listed.json["items"].as_array().map(Vec::len), Some(2));
    for (link, enabled) in [("disable_login", false), ("enable_login", true)] {
        let offered: Vec<_> =
            actions(&head.get(&path).await).into_iter().filter(|it| it.ends_with("able_login")).collect();
        assert_eq!(offered, [link]);
        let switched = head.act(&format!("{path}/{}", link.replace('_', "-"))).await.expect(200);
        assert_eq!(switched.json["access"]["login_enabled"], enabled);
        let status = if enabled { 201 } else { 401 };
        let _ = portal.visitor().sign_in(ADA, PASSWORD).await.expect(status);
        assert_eq!(head.get("/v1/contacts").await.json["items"].as_array().map(Vec::len), Some(2));
    }
    // Assign one role or more.
    let roles = json!({ "roles": ["customer_center", "customer_administrator"] });
    let assigned = head.put(&format!("{path}/access"), &roles).await.expect(200);
    assert_eq!(assigned.json["access"]["roles"].as_array().map(Vec::len), Some(2));
    let ada = portal.visitor().signed_in(ADA, PASSWORD).await;
    let _ = ada.get("/v1/contacts").await.expect(200);
}
