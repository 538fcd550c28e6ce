//! The five documents that Latchkey comes from, each worked through on the pages alone, with scripts and without: what a step
//! needs is read off a page or out of the inbox.

use jiff::SignedDuration;
use tests::browser::Browser;
use tests::portal::ADMINISTRATOR;
use tests::{PASSWORD, Portal};

const ADA: &str = "ada@example.com";
const BEN: &str = "ben@example.com";
const CLEO: &str = "cleo@example.com";
const OTHER: &str = "an entirely other password";

/// Somebody at a browser, who may be one person after the other.
struct Walk {
    portal: Portal,
    browser: Browser,
    scripts: bool,
}

impl Walk {
    async fn begin(scripts: bool) -> Self {
        let portal = Portal::start().await;
        let browser = if scripts { Browser::with_scripts(&portal).await } else { Browser::open(&portal).await };
        Self { portal, browser, scripts }
    }

    async fn try_to_sign_in(&self, login: &str, password: &str) {
        self.browser.go("/sign-in").await;
        self.fill(&[("Email or user ID", login), ("Password", password)]).await;
        self.browser.press("Sign in").await;
    }

    /// Goes on as somebody else.
    async fn be(&self, login: &str, password: &str) {
        self.leave().await;
        self.try_to_sign_in(login, password).await;
        self.reads(&["Your account"]).await;
    }

    async fn leave(&self) {
        self.browser.go("/account").await;
        if self.browser.path().await == "/account" {
            self.browser.press("Sign out").await;
        }
    }

    /// Goes to the console as somebody else.
    async fn look_after(&self, login: &str, password: &str) {
        self.be(login, password).await;
        self.browser.follow("Look after people and their access").await;
    }

    async fn fill(&self, fields: &[(&str, &str)]) {
        for (label, typed) in fields {
            self.browser.fill(label, typed).await;
        }
    }

    async fn reads(&self, wanted: &[&str]) {
        let text = self.browser.text().await;
        for words in wanted {
            assert!(text.contains(words), "{words} in: {text}");
        }
    }

    async fn reads_nothing_of(&self, words: &str) {
        let text = self.browser.text().await;
        assert!(!text.contains(words), "{words} in: {text}");
    }

    /// Finds an organization, or somebody, by the beginning of a name, and opens it.
    async fn find(&self, beginning: &str, name: &str) {
        self.browser.go("/console").await;
        self.browser.fill("Find a person or an organization by name, email or number", beginning).await;
        self.browser.press("Find").await;
        self.browser.follow(name).await;
    }

    /// A customer as the documents find it: with a contact, and nobody who signs in.
    async fn customer(&self, contact: &str) {
        self.look_after(ADMINISTRATOR, PASSWORD).await;
        self.organization("Customer", "C-1001", "Acme Metal Works").await;
        self.contact("Ada", contact).await;
    }

    async fn organization(&self, kind: &str, number: &str, name: &str) {
        self.browser.go("/console").await;
        self.browser.follow("Add an organization").await;
        self.browser.choose("Kind", kind).await;
        self.fill(&[("Number", number), ("Name", name)]).await;
        self.browser.press("Create").await;
    }

    /// Adds a contact to the organization that is open.
    async fn contact(&self, first_name: &str, email: &str) {
        self.browser.follow("Add a contact without access").await;
        self.fill(&[("First name", first_name), ("Last name", "Byron"), ("Email", email)]).await;
        self.browser.press("Create contact").await;
        self.reads(&["The contact is created."]).await;
    }

    /// Types a first password, which need not be changed.
    async fn type_password(&self, password: &str, again: &str) {
        self.fill(&[("Password", password), ("The same again", again)]).await;
    }

    /// Follows the link of the newest mail and sets a password there.
    async fn set_password(&self, password: &str) {
        self.browser.follow_newest_mail().await;
        self.fill(&[("New password", password), ("The same password again", password)]).await;
        self.browser.press("Set password").await;
        self.reads(&["Your password is set"]).await;
    }

    /// Once is enough: the page is the same with scripts.
    async fn inspect(&self, name: &str) {
        if !self.scripts {
            self.browser.inspect(name).await;
        }
    }

    async fn end(self) {
        self.browser.close().await;
    }
}

/// Document 000: set a customer's password manually.
async fn a_password_is_set(walk: &Walk) {
    walk.customer("old@example.com").await;
    // 1, 2: the list of customers, the customer, its contact.
    walk.find("acme", "Acme Metal Works").await;
    walk.browser.follow("Ada Byron").await;
    // 3: the email.
    walk.browser.follow("Edit the details").await;
    walk.browser.fill("Email", ADA).await;
    walk.browser.press("Save").await;
    walk.reads(&["The details are saved.", ADA]).await;
    // 4 to 10: access, a website, the Customer Center role, no mail, the password typed twice.
    walk.browser.follow("Give access").await;
    assert_eq!(walk.browser.typed("Login email").await, ADA);
    assert!(walk.browser.has("input[name='role.customer_center']:checked").await, "the standard role");
    walk.browser.choose("Site", "Customer Portal").await;
    walk.browser.tick("Type one now").await;
    walk.browser.tick("They have to choose another at the first sign-in").await;
    walk.browser.tick("Tell them by mail that they have access, without the password").await;
    walk.inspect("console-give-access").await;
    walk.type_password(PASSWORD, OTHER).await;
    walk.browser.press("Give access").await;
    walk.reads(&["Nothing was changed."]).await;
    walk.type_password("short", "short").await;
    walk.browser.press("Give access").await;
    assert!(walk.browser.described("password").await.contains("at least 15 characters"));
    walk.inspect("console-give-access-refused").await;
    walk.type_password(PASSWORD, PASSWORD).await;
    // 11: save.
    walk.browser.press("Give access").await;
    walk.reads(&["The access is given.", "What to pass on:", "/sign-in", "not by email", "Active"]).await;
    walk.inspect("console-access-given").await;
    walk.browser.go("/local/mail").await;
    walk.reads_nothing_of(ADA).await;
    // 12: the customer signs in with what they were told.
    walk.be(ADA, PASSWORD).await;
    walk.reads(&["Acme Metal Works", "Customer center"]).await;
    // The note: a preview of the account.
    walk.look_after(ADMINISTRATOR, PASSWORD).await;
    walk.find("byron", "Ada Byron").await;
    walk.browser.press("See the portal as they do").await;
    walk.reads(&["This is a preview.", "Customer center"]).await;
    walk.browser.press("End the preview").await;
    assert_eq!(walk.browser.heading().await, "Ada Byron");
}

#[tokio::test]
async fn a_customers_password_is_set_manually_on_the_pages_without_scripts() {
    let walk = Walk::begin(false).await;
    a_password_is_set(&walk).await;
    walk.end().await;
}

#[tokio::test]
async fn a_customers_password_is_set_manually_on_the_pages() {
    let walk = Walk::begin(true).await;
    a_password_is_set(&walk).await;
    walk.end().await;
}

/// Document 001: assign a customer a role and provide access.
async fn a_role_is_assigned(walk: &Walk) {
    walk.customer(ADA).await;
    // The hours until a link expires; a role of the business's own; the text of the mail.
    walk.browser.follow("Settings").await;
    walk.browser.fill("An invitation is good for", "48").await;
    walk.browser.press("Save").await;
    walk.reads(&["An invitation is good for: 48 hours"]).await;
    walk.browser.follow("Roles").await;
    walk.browser.follow("Create a role").await;
    walk.browser.fill("Name", "invoices_only").await;
    walk.browser.tick("Customers’ users").await;
    walk.browser.tick("See invoices. invoices:read").await;
    walk.browser.press("Create the role").await;
    // Access with the role, a website and the notification.
    walk.find("byron", "Ada Byron").await;
    walk.browser.follow("Give access").await;
    walk.browser.tick("Customer center").await;
    walk.browser.tick("Invoices only").await;
    walk.browser.choose("Site", "Customer Portal").await;
    walk.browser.press("Give access").await;
    walk.reads(&["The access is given.", "Invited", "Invoices only", "good until"]).await;
    // The mail: the email that signs in, the administrator's address, how to sign in, the link.
    walk.browser.go("/local/mail").await;
    walk.reads(&[ADA, "admin@example.com"]).await;
    walk.set_password(PASSWORD).await;
    walk.be(ADA, PASSWORD).await;
    walk.reads(&["Invoices only"]).await;
    // Individual logins for the contacts: access, a password each, a notice for some.
    walk.look_after(ADMINISTRATOR, PASSWORD).await;
    for (name, email) in [("Ben", BEN), ("Cleo", CLEO)] {
        walk.find("acme", "Acme Metal Works").await;
        walk.contact(name, email).await;
    }
    walk.find("acme", "Acme Metal Works").await;
    walk.browser.follow("Give access to several people").await;
    walk.reads_nothing_of("Ada Byron").await;
    walk.inspect("console-several").await;
    walk.browser.press("Give access").await;
    walk.reads(&["Choose at least one of them."]).await;
    for (name, password) in [("Ben", "a password for ben alone"), ("Cleo", "short")] {
        walk.browser.tick(&format!("{name} Byron")).await;
        walk.browser.unfold(&format!("Type a password for {name} Byron")).await;
        let labels = [format!("Password for {name} Byron"), format!("The same again for {name} Byron")];
        walk.fill(&[(&labels[0], password), (&labels[1], password)]).await;
        walk.browser.untick_within(&format!("{name} Byron"), "They have to choose another at the first sign-in").await;
    }
    walk.browser.untick_within("Cleo Byron", "Tell them by mail, without the password").await;
    walk.browser.press("Give access").await;
    walk.reads(&["One person has access now:", "Ben Byron", "Not everybody was given access.", "15 characters"]).await;
    walk.reads(&["Type it again: left empty, a link is mailed instead."]).await;
    walk.inspect("console-several-refused").await;
    let cleos = "a password for cleo alone";
    walk.fill(&[("Password for Cleo Byron", cleos), ("The same again for Cleo Byron", cleos)]).await;
    walk.browser.press("Give access").await;
    walk.reads(&["One person has access now:", "Cleo Byron", "Everybody here has access."]).await;
    walk.inspect("console-several-done").await;
    walk.browser.go("/local/mail").await;
    walk.reads(&[BEN]).await;
    walk.reads_nothing_of(CLEO).await;
    walk.reads_nothing_of("a password for ben alone").await;
    walk.be(BEN, "a password for ben alone").await;
    walk.be(CLEO, cleos).await;
    // Revoking: who is also a vendor keeps that, until it is revoked and made inactive too.
    walk.look_after(ADMINISTRATOR, PASSWORD).await;
    walk.browser.follow("New user").await;
    walk.browser.choose("Account type", "Vendor").await;
    walk.fill(&[("Organization’s number", "V-1"), ("Organization’s name", "Vend")]).await;
    walk.fill(&[("First name", "Ada"), ("Last name", "Byron"), ("Email", ADA)]).await;
    walk.browser.press("Create user").await;
    walk.browser.press("Give this person access here too").await;
    walk.reads(&["The user is created.", "Vend (V-1)"]).await;
    walk.find("acme", "Acme Metal Works").await;
    walk.browser.follow("Ada Byron").await;
    walk.browser.confirm("Revoke the access").await;
    walk.reads(&["The access is revoked.", "They still have access elsewhere:"]).await;
    walk.inspect("console-access-remains").await;
    walk.be(ADA, PASSWORD).await;
    walk.look_after(ADMINISTRATOR, PASSWORD).await;
    walk.find("vend", "Vend").await;
    walk.browser.follow("Ada Byron").await;
    walk.browser.confirm("Revoke every access").await;
    walk.reads(&["Every access of theirs that you look after is revoked.", "Revoked"]).await;
    walk.leave().await;
    walk.try_to_sign_in(ADA, PASSWORD).await;
    walk.reads(&["That did not work."]).await;
}

#[tokio::test]
async fn a_customer_is_assigned_a_role_and_given_access_on_the_pages_without_scripts() {
    let walk = Walk::begin(false).await;
    a_role_is_assigned(&walk).await;
    walk.end().await;
}

#[tokio::test]
async fn a_customer_is_assigned_a_role_and_given_access_on_the_pages() {
    let walk = Walk::begin(true).await;
    a_role_is_assigned(&walk).await;
    walk.end().await;
}

/// Document 002: create a user account, the message of sixteen hours, the reset.
async fn an_account_is_created(walk: &Walk) {
    const MESSAGE: &str = "Account successfully created and reset password email sent.";
    const LOGIN: &str = "ada.private@example.com";
    walk.customer(ADA).await;
    // The person's record; the email is the default for the account and need not be the same.
    walk.find("ada", "Ada Byron").await;
    walk.browser.follow("Give access").await;
    walk.browser.fill("Login email", LOGIN).await;
    walk.browser.press("Give access").await;
    walk.reads(&[MESSAGE, LOGIN, ADA]).await;
    // The message stands for sixteen hours, for every member of staff.
    for (hours, stands) in [(15, true), (2, false)] {
        walk.portal.pass(SignedDuration::from_hours(hours));
        walk.look_after(ADMINISTRATOR, PASSWORD).await;
        walk.find("ada", "Ada Byron").await;
        assert_eq!(walk.browser.text().await.contains(MESSAGE), stands, "after {hours} more hours");
    }
    // The link expires after 24 hours: its page says so, and sends another.
    walk.portal.pass(SignedDuration::from_hours(8));
    walk.browser.follow_newest_mail().await;
    assert_eq!(walk.browser.heading().await, "This link has expired");
    walk.browser.press("Send me a new link").await;
    walk.set_password(PASSWORD).await;
    walk.be(LOGIN, PASSWORD).await;
    // Assistance at any time: the link on the sign-in page, or staff's button.
    walk.leave().await;
    walk.browser.go("/sign-in").await;
    walk.browser.follow("Forgot your password?").await;
    walk.browser.fill("Email or user ID", LOGIN).await;
    walk.browser.press("Send me a link").await;
    let _ = walk.portal.next_mail(LOGIN, 2).await;
    walk.set_password(OTHER).await;
    walk.look_after(ADMINISTRATOR, PASSWORD).await;
    walk.find("ada", "Ada Byron").await;
    walk.browser.press("Send a link").await;
    walk.reads(&["A link was written.", "new password"]).await;
    walk.set_password("yet another one of them").await;
    walk.be(LOGIN, "yet another one of them").await;
    // Somebody without a record gets the record and the account at once.
    walk.look_after(ADMINISTRATOR, PASSWORD).await;
    walk.browser.follow("New user").await;
    walk.fill(&[("Organization’s number", "C-2"), ("Organization’s name", "Two")]).await;
    walk.fill(&[("First name", "Cleo"), ("Last name", "Chen"), ("Email", CLEO)]).await;
    walk.browser.press("Create user").await;
    walk.reads(&[MESSAGE]).await;
}

#[tokio::test]
async fn a_user_account_is_created_for_a_person_on_record_on_the_pages_without_scripts() {
    let walk = Walk::begin(false).await;
    an_account_is_created(&walk).await;
    walk.end().await;
}

#[tokio::test]
async fn a_user_account_is_created_for_a_person_on_record_on_the_pages() {
    let walk = Walk::begin(true).await;
    an_account_is_created(&walk).await;
    walk.end().await;
}

/// Document 003: create portal user accounts with the utility.
async fn accounts_are_created_with_the_utility(walk: &Walk) {
    const MANAGER: &str = "manager@example.com";
    // 1: a portal data administrator signs in.
    walk.look_after(ADMINISTRATOR, PASSWORD).await;
    walk.find("example", "Example Ltd").await;
    walk.browser.follow("Create a user here").await;
    walk.fill(&[("First name", "Mary"), ("Last name", "Manager"), ("Email", MANAGER)]).await;
    walk.browser.tick("Account manager").await;
    walk.browser.tick("Type one now").await;
    walk.browser.tick("They have to choose another at the first sign-in").await;
    walk.type_password(PASSWORD, PASSWORD).await;
    walk.browser.press("Create user").await;
    walk.reads(&["The user is created."]).await;
    walk.look_after(MANAGER, PASSWORD).await;
    walk.organization("Customer", "C-7", "Seven").await;
    walk.organization("Partner", "P-7", "Sept").await;
    // 2 to 6: type, user ID, password twice, name, email, the customer or partner; the flags; create.
    for (kind, number, user_id) in [("Customer", "C-7", "ada.customer"), ("Partner", "P-7", "ada.partner")] {
        let email = format!("{user_id}@example.com");
        walk.browser.follow("New user").await;
        walk.browser.choose("Account type", kind).await;
        walk.fill(&[("Organization’s number", number), ("Organization’s name", "")]).await;
        walk.fill(&[("First name", "Ada"), ("Last name", kind), ("Email", &email), ("User ID", user_id)]).await;
        walk.browser.tick("May create users at the same organization").await;
        walk.browser.tick("Their claims need authorization first").await;
        walk.browser.tick("Type one now").await;
        walk.browser.tick("They have to choose another at the first sign-in").await;
        walk.type_password(PASSWORD, PASSWORD).await;
        walk.browser.press("Create user").await;
        if kind == "Customer" {
            // What applies only to partners is refused; nothing that was typed is lost but the password.
            walk.reads(&["The user was not created.", "Type the password again: it is not kept."]).await;
            walk.inspect("console-new-user-wrong-flag").await;
            assert_eq!(walk.browser.typed("User ID").await, user_id);
            walk.browser.tick("Their claims need authorization first").await;
            walk.type_password(PASSWORD, PASSWORD).await;
            walk.browser.press("Create user").await;
        }
        // 7: what is passed on to the new user.
        walk.reads(&["What to pass on:", "/sign-in", &email, user_id, "create users", number]).await;
        assert_eq!(walk.browser.text().await.contains("need authorization first"), kind == "Partner");
    }
    // Can Create Users: a customer's user adds users, a partner's also registers new customers.
    walk.be("ada.customer", PASSWORD).await;
    walk.browser.follow("Create a user").await;
    walk.inspect("console-new-user-only").await;
    walk.fill(&[("First name", "Ben"), ("Last name", "Byrd"), ("Email", BEN)]).await;
    walk.browser.press("Create user").await;
    walk.reads(&["Account successfully created and reset password email sent.", "What to pass on:", BEN]).await;
    walk.inspect("console-created").await;
    walk.browser.follow("My account").await;
    walk.be("ada.partner", PASSWORD).await;
    walk.browser.follow("Create a user").await;
    walk.browser.choose("Account type", "Customer: at one that you look after").await;
    walk.fill(&[("Organization’s number", "C-8"), ("Organization’s name", "Eight")]).await;
    walk.fill(&[("First name", "Cleo"), ("Last name", "Chen"), ("Email", CLEO)]).await;
    walk.browser.press("Create user").await;
    walk.reads(&["Account successfully created and reset password email sent.", CLEO]).await;
    walk.browser.follow("Create another user").await;
    walk.fill(&[("First name", "Pat"), ("Last name", "Partner"), ("Email", "pat@example.com")]).await;
    walk.browser.press("Create user").await;
    walk.reads(&["Account successfully created and reset password email sent.", "pat@example.com"]).await;
    // More is set in the back office.
    walk.look_after(MANAGER, PASSWORD).await;
    walk.find("eight", "Eight").await;
    walk.reads(&["Looked after by", "Sept (P-7)", "Cleo Chen"]).await;
    walk.find("ada", "Ada Partner").await;
    walk.browser.follow("Change the access").await;
    walk.browser.tick("May create users at the same organization").await;
    walk.browser.press("Save").await;
    walk.reads(&["The access is saved."]).await;
    walk.reads_nothing_of("May\ncreate users").await;
}

#[tokio::test]
async fn portal_user_accounts_are_created_with_the_utility_on_the_pages_without_scripts() {
    let walk = Walk::begin(false).await;
    accounts_are_created_with_the_utility(&walk).await;
    walk.end().await;
}

#[tokio::test]
async fn portal_user_accounts_are_created_with_the_utility_on_the_pages() {
    let walk = Walk::begin(true).await;
    accounts_are_created_with_the_utility(&walk).await;
    walk.end().await;
}

/// Document 004: manage contacts from the customer portal.
async fn contacts_are_managed(walk: &Walk) {
    const HEAD: &str = "head@example.com";
    walk.look_after(ADMINISTRATOR, PASSWORD).await;
    walk.browser.follow("New user").await;
    walk.fill(&[("Organization’s number", "C-1001"), ("Organization’s name", "Acme Metal Works")]).await;
    walk.fill(&[("First name", "Hedy"), ("Last name", "Head"), ("Email", HEAD)]).await;
    walk.browser.tick("Customer administrator").await;
    walk.browser.press("Create user").await;
    walk.set_password(PASSWORD).await;
    // Create a contact: its details, then what the role permits.
    walk.look_after(HEAD, PASSWORD).await;
    walk.browser.follow("Add a contact without access").await;
    walk.fill(&[("First name", "Ada"), ("Last name", "Byron"), ("Email", ADA), ("Job title", "Buyer")]).await;
    walk.fill(&[("Business phone", "020 7946 0958"), ("Mobile phone", "07700 900123")]).await;
    walk.browser.choose("Language", "English").await;
    walk.browser.fill("Time zone", "Europe/London").await;
    walk.browser.press("Create contact").await;
    walk.reads(&["Buyer", "020 7946 0958", "07700 900123", "Europe/London"]).await;
    walk.browser.follow("Give access").await;
    walk.reads_nothing_of("Type one now").await;
    walk.inspect("console-give-access-delegated").await;
    walk.browser.press("Give access").await;
    walk.reads(&["The access is given.", "Invited"]).await;
    walk.set_password(PASSWORD).await;
    walk.look_after(HEAD, PASSWORD).await;
    walk.find("byron", "Ada Byron").await;
    walk.browser.follow("Change how they sign in").await;
    walk.browser.fill("User ID", "ada.byron").await;
    walk.browser.press("Save").await;
    walk.reads(&["How they sign in is saved.", "ada.byron"]).await;
    walk.browser.follow("Edit the details").await;
    walk.browser.tick("The portal may send them notifications").await;
    walk.browser.press("Save").await;
    walk.reads(&["The details are saved.", "Notifications: yes to no"]).await;
    // The customer's own administrator neither sets a password nor has it changed; an administrator does.
    walk.reads_nothing_of("Set a password").await;
    walk.reads_nothing_of("Require a new password").await;
    walk.look_after(ADMINISTRATOR, PASSWORD).await;
    walk.find("byron", "Ada Byron").await;
    walk.browser.follow("Set a password").await;
    walk.fill(&[("New password", OTHER), ("The same again", OTHER)]).await;
    walk.browser.press("Set the password").await;
    walk.reads(&["The password has to be changed at the next sign-in."]).await;
    walk.leave().await;
    walk.try_to_sign_in("ada.byron", OTHER).await;
    assert_eq!(walk.browser.heading().await, "Change your password");
    walk.fill(&[("Current password", OTHER), ("New password", PASSWORD)]).await;
    walk.browser.fill("The same password again", PASSWORD).await;
    walk.browser.press("Change password").await;
    walk.reads(&["Your password has been changed."]).await;
    // Update contact information.
    walk.look_after(HEAD, PASSWORD).await;
    walk.find("byron", "Ada Byron").await;
    walk.browser.follow("Edit the details").await;
    walk.browser.fill("Job title", "Head buyer").await;
    walk.browser.press("Save").await;
    walk.reads(&["Head buyer"]).await;
    // Contacts, the contact, and the one link of the two that fits.
    walk.browser.follow("People").await;
    walk.reads(&["Hedy Head", "Ada Byron"]).await;
    walk.browser.follow("Ada Byron").await;
    walk.reads_nothing_of("Enable the login").await;
    walk.browser.confirm("Disable the login").await;
    walk.reads(&["The login is disabled"]).await;
    walk.reads_nothing_of("Disable the login").await;
    walk.leave().await;
    walk.try_to_sign_in(ADA, PASSWORD).await;
    walk.reads(&["That did not work."]).await;
    walk.look_after(HEAD, PASSWORD).await;
    walk.find("byron", "Ada Byron").await;
    walk.browser.press("Enable the login").await;
    walk.be(ADA, PASSWORD).await;
    // Assign one role or more.
    walk.look_after(HEAD, PASSWORD).await;
    walk.find("byron", "Ada Byron").await;
    walk.browser.follow("Change the access").await;
    walk.browser.tick("Customer administrator").await;
    walk.browser.press("Save").await;
    walk.reads(&["Customer administrator, Customer center"]).await;
    walk.look_after(ADA, PASSWORD).await;
    assert_eq!(walk.browser.heading().await, "People");
}

#[tokio::test]
async fn contacts_are_managed_from_the_customer_portal_on_the_pages_without_scripts() {
    let walk = Walk::begin(false).await;
    contacts_are_managed(&walk).await;
    walk.end().await;
}

#[tokio::test]
async fn contacts_are_managed_from_the_customer_portal_on_the_pages() {
    let walk = Walk::begin(true).await;
    contacts_are_managed(&walk).await;
    walk.end().await;
}
