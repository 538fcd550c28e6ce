//! A browser: Debian's Chromium without a window, driven through chromedriver, looking at a portal's pages as people do:
//! fields by their labels, buttons and links by their words. `infra/scripts/browser.sh` puts in place what it needs.
//!
//! `WebDriver` is JSON over HTTP, and six of its calls are enough here.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use crate::driver::{Driver, project};
use crate::{PASSWORD, Portal};

/// The rules that every page is held to: WCAG 2.2, levels A and AA.
const RULES: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/// A phone's width and a desktop's, each with its height.
const SIZES: [(u32, u32); 2] = [(390, 844), (1280, 900)];
/// What a sheet of A4 holds between its margins, at 96 dots an inch.
const PAPER: (u32, u32) = (718, 1047);
/// The width at which WCAG's 1.4.10 still wants no scrolling sideways.
const NARROWEST: u32 = 320;

/// What a page holds that no page may: scripts in any form but the one that all have, and whatever is loaded from or sent to
/// elsewhere.
const FORBIDDEN: &str = r#"
    const script = document.querySelector("script[integrity][defer]:empty");
    const own = element => element === script && new URL(script.src).pathname === "/script.js";
    const found = [...document.querySelectorAll("script, iframe, object, embed, base, meta[http-equiv], link")].filter(element => !own(element));
    for (const element of document.querySelectorAll("*")) {
        const odd = [...element.attributes].some(({ name, value }) => name.startsWith("on")
            || (["src", "srcset", "action", "formaction", "data", "poster", "ping"].includes(name)
                && new URL(value, location).origin !== location.origin)
            || (name === "href" && !["http:", "https:", "mailto:"].includes(new URL(value, location).protocol)));
        if (odd) found.push(element);
    }
    return [
        ...found.map(element => element.outerHTML),
        ...performance.getEntriesByType("resource")
            // The script asks this site for its own pages.
            .filter(({ name, initiatorType }) => !(new URL(name).origin === location.origin
                && (initiatorType === "fetch" || ["/favicon.ico", "/script.js"].includes(new URL(name).pathname)
                    || initiatorType === "img" && new URL(name).pathname.startsWith("/logo/"))))
            .map(entry => entry.name),
    ];
"#;

/// Runs axe and tells what it found, a line for each.
const AXE: &str = r#"
    const [rules, done] = arguments;
    axe.run(document, { runOnly: rules, resultTypes: ["violations"] }).then(
        ({ violations }) => done(violations.flatMap(({ id, help, nodes }) =>
            nodes.map(({ html, failureSummary }) => `${id}: ${help}\n${html}\n${failureSummary}`))),
        error => done([String(error)]));
"#;

/// The keys for the tabulator, enter and delete, as `WebDriver` has them.
const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const DELETE: &str = "\u{e017}";

/// The name under which `WebDriver` gives an element's id.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser in which nobody is signed in.
#[derive(Debug)]
pub struct Browser {
    client: reqwest::Client,
    driver: Driver,
    base: String,
    scripts: bool,
}

impl Browser {
    /// Opens one that looks at this portal, and runs no scripts of its pages: all that is done works without.
    pub async fn open(portal: &Portal) -> Self {
        let browser = Self { scripts: false, ..Self::with_scripts(portal).await };
        browser.let_run(false).await;
        browser
    }

    async fn let_run(&self, scripts: bool) {
        self.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": !scripts })).await;
    }

    /// Opens one that looks at this portal and runs its pages' script.
    pub async fn with_scripts(portal: &Portal) -> Self {
        let client = reqwest::Client::new();
        if let Some(driver) = Driver::idle() {
            return Self { client, driver, base: portal.url.clone(), scripts: true };
        }
        let driver = Driver::start();
        let capabilities = json!({
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": { "binary": "/usr/bin/chromium-headless-shell", "args": [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage",
                // One process for all pages: one for each takes most of a test's time.
                "--renderer-process-limit=1", "--disable-site-isolation-trials", "--disable-features=BackForwardCache,\
                 IsolateOrigins,ProactivelySwapBrowsingInstance,RenderDocument,SpareRendererForSitePerProcess,site-per-process",
                "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                // It ends with its driver, and finds nobody but this machine.
                "--remote-debugging-pipe",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
            ] },
        });
        let mut browser = Self { client, driver, base: portal.url.clone(), scripts: true };
        let opened = browser.tell("", json!({ "capabilities": { "alwaysMatch": capabilities } })).await;
        browser.driver.opened(&text(&opened["sessionId"]));
        browser
    }

    /// Closes it: to whoever opens the next, it is as new. One that is dropped instead is opened by nobody again.
    pub async fn close(self) {
        self.go("about:blank").await;
        self.let_run(true).await;
        for (command, parameters) in [
            ("Network.clearBrowserCookies", json!({})),
            ("Network.clearBrowserCache", json!({})),
            ("Network.setExtraHTTPHeaders", json!({ "headers": {} })),
            ("Browser.resetPermissions", json!({})),
            ("Emulation.setTimezoneOverride", json!({ "timezoneId": "" })),
            ("Emulation.setEmulatedMedia", json!({ "features": [] })),
            ("Emulation.clearDeviceMetricsOverride", json!({})),
        ] {
            self.cdp(command, parameters).await;
        }
        self.tell("/se/log", json!({ "type": "browser" })).await;
        self.driver.leave();
    }

    /// Opens a path of the portal, or a whole address.
    pub async fn go(&self, path: &str) {
        let url = if path.starts_with('/') { format!("{}{path}", self.base) } else { path.to_owned() };
        self.tell("/url", json!({ "url": url })).await;
    }

    /// The path that is open.
    pub async fn path(&self) -> String {
        text(&self.run("return location.pathname", &[]).await)
    }

    /// Goes back by the browser's button.
    pub async fn back(&self) {
        let address = self.run("return location.href", &[]).await;
        self.tell("/back", json!({})).await;
        self.until(&format!("return document.readyState === 'complete' && location.href !== {address}")).await;
    }

    /// Shows this HTML by itself, as a mail program does.
    pub async fn show(&self, html: &str) {
        self.go("about:blank").await;
        self.run("document.write(arguments[0]); document.close()", &[html.into()]).await;
    }

    /// Types into the field with this label, in place of what is there.
    pub async fn fill(&self, label: &str, typed: &str) {
        let field = self.field(label).await;
        let (_, id) = field.split_at("/element/".len());
        self.run("arguments[0].focus(); arguments[0].select()", &[json!({ ELEMENT: id })]).await;
        if typed.is_empty() {
            self.keys(DELETE).await;
            return;
        }
        // All at once, as from the clipboard: key by key takes most of a test's time.
        self.cdp("Input.insertText", json!({ "text": typed })).await;
    }

    /// Signs in with the password that everybody has, and goes to the console from the account page.
    pub async fn enter_console(&self, login: &str) {
        self.go("/sign-in").await;
        self.fill("Email or user ID", login).await;
        self.fill("Password", PASSWORD).await;
        self.press("Sign in").await;
        self.follow("Look after people and their access").await;
    }

    /// Ticks the box with these words, or takes its tick away.
    pub async fn tick(&self, words: &str) {
        let label =
            self.find(&format!("//label[normalize-space()='{words}' or .//bdi[normalize-space()='{words}']]")).await;
        self.tell(&format!("{label}/click"), json!({})).await;
    }

    /// Chooses a file of these bytes in the field with this label.
    pub async fn attach(&self, label: &str, name: &str, bytes: &[u8]) {
        let file = self.driver.folder.join(name);
        std::fs::write(&file, bytes).expect("written");
        // chromedriver takes a path only as it really is.
        let file = file.canonicalize().expect("there");
        let field = self.field(label).await;
        self.tell(&format!("{field}/value"), json!({ "text": file.to_str().expect("a path") })).await;
    }

    /// Chooses what has these words in the field with this label.
    pub async fn choose(&self, label: &str, words: &str) {
        let field = format!("//select[@id=//label[normalize-space()='{label}']/@for]");
        let option = self.find(&format!("{field}/option[normalize-space()='{words}']")).await;
        self.tell(&format!("{option}/click"), json!({})).await;
    }

    /// What stands in the field with this label.
    pub async fn typed(&self, label: &str) -> String {
        let field = self.field(label).await;
        text(&self.call(Method::GET, &format!("{field}/property/value"), None).await)
    }

    /// Presses the button with these words.
    pub async fn press(&self, words: &str) {
        self.click(&format!("//button[normalize-space()='{words}']")).await;
    }

    /// Presses the button with these words within an element of this name.
    pub async fn press_within(&self, within: &str, words: &str) {
        self.click(&format!("//{within}//button[normalize-space()='{words}']")).await;
    }

    /// Clicks on a link that leads to no other page where its script runs.
    pub async fn open_dialog(&self, words: &str) {
        let link = self.find(&format!("//a[normalize-space()='{words}']")).await;
        self.tell(&format!("{link}/click"), json!({})).await;
    }

    /// Goes on by the tabulator key until what has these words, or this label, is in focus.
    pub async fn tab_to(&self, words: &str) {
        let focused = "const it = document.activeElement; return (it.labels?.[0] ?? it).innerText.trim()";
        for _ in 0..80 {
            self.keys(TAB).await;
            if self.run(focused, &[]).await == *words {
                return;
            }
        }
        panic!("the keyboard does not reach {words}");
    }

    /// Types into whatever is in focus.
    pub async fn keys(&self, typed: &str) {
        let focused = self.call(Method::GET, "/element/active", None).await;
        let focused = focused[ELEMENT].as_str().expect("an element");
        self.tell(&format!("/element/{focused}/value"), json!({ "text": typed })).await;
    }

    /// Presses the enter key on whatever is in focus, which leads to another page, and waits until that is there.
    pub async fn enter(&self) {
        self.run("document.left = true", &[]).await;
        self.keys(ENTER).await;
        self.until("return document.readyState === 'complete' && !document.left").await;
    }

    /// Lets pages write to the clipboard, and read it, as somebody who looks at them may.
    pub async fn may_copy(&self) {
        let permissions = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        self.cdp("Browser.grantPermissions", permissions).await;
    }

    /// Lives in this time zone from here on.
    pub async fn live_in(&self, zone: &str) {
        self.cdp("Emulation.setTimezoneOverride", json!({ "timezoneId": zone })).await;
    }

    /// Asks for pages in these languages from here on: what `Accept-Language` says.
    pub async fn speak(&self, languages: &str) {
        self.cdp("Network.enable", json!({})).await;
        let headers = json!({ "Accept-Language": languages });
        self.cdp("Network.setExtraHTTPHeaders", json!({ "headers": headers })).await;
    }

    /// Follows the first link with these words.
    pub async fn follow(&self, words: &str) {
        self.click(&format!("//a[normalize-space()='{words}']")).await;
    }

    /// Does what is asked about once more: on a page of its own, or in place where the page's script runs.
    pub async fn confirm(&self, words: &str) {
        if self.scripts {
            self.open_dialog(words).await;
            self.until("return document.querySelector('dialog[open] form') !== null").await;
            self.press_within("dialog", words).await;
        } else {
            self.follow(words).await;
            self.press(words).await;
        }
    }

    /// Unfolds what stands under these words.
    pub async fn unfold(&self, words: &str) {
        let summary = self.find(&format!("//summary[normalize-space()='{words}']")).await;
        self.tell(&format!("{summary}/click"), json!({})).await;
    }

    /// Takes the tick away from the box with these words beside somebody in a list.
    pub async fn untick_within(&self, name: &str, words: &str) {
        let item = format!("//li[.//label[normalize-space()='{name}']]");
        let label = self.find(&format!("{item}//label[normalize-space()='{words}']")).await;
        self.tell(&format!("{label}/click"), json!({})).await;
    }

    /// Opens the inbox and follows the link that is in the newest mail there.
    pub async fn follow_newest_mail(&self) {
        self.go("/local/mail").await;
        self.click("//article[1]//a[contains(@href, '/link/')]").await;
    }

    /// The page's heading.
    pub async fn heading(&self) -> String {
        text(&self.run("return document.querySelector('h1').innerText", &[]).await)
    }

    /// All that can be read on the page.
    pub async fn text(&self) -> String {
        text(&self.run("return document.body.innerText", &[]).await)
    }

    /// Whether something that CSS selects is on the page.
    pub async fn has(&self, selector: &str) -> bool {
        self.run("return document.querySelector(arguments[0]) !== null", &[selector.into()]).await == true
    }

    /// What the page says of the field with this name, in the words that a screen reader adds to it.
    pub async fn described(&self, field: &str) -> String {
        let script = "return (document.getElementsByName(arguments[0])[0].getAttribute('aria-describedby') ?? '')
            .split(' ').map(id => document.getElementById(id)?.innerText).join('\\n')";
        text(&self.run(script, &[field.into()]).await)
    }

    /// Runs a script and gives what it returns.
    pub async fn run(&self, script: &str, arguments: &[Value]) -> Value {
        self.tell("/execute/sync", json!({ "script": script, "args": arguments })).await
    }

    /// A cookie as the browser keeps it; null where there is none.
    pub async fn cookie(&self, name: &str) -> Value {
        let all = self.call(Method::GET, "/cookie", None).await;
        let cookies = all.as_array().cloned().unwrap_or_default();
        cookies.into_iter().find(|cookie| cookie["name"] == name).unwrap_or_default()
    }

    /// Holds the page as it stands to what every page keeps, on a light phone and a dark desktop: nothing in it that runs or
    /// comes from elsewhere, nothing its policy had to stop, no scrolling sideways, no fault that axe finds. Where
    /// `LATCHKEY_SCREENSHOTS` asks for pictures, takes them, of either in light and dark and as it is printed, and holds all
    /// four to it.
    pub async fn inspect(&self, name: &str) {
        // What looks for faults is a script too. The page's own has had its time.
        self.let_run(true).await;
        self.look_over(name).await;
        self.let_run(self.scripts).await;
    }

    async fn look_over(&self, name: &str) {
        let forbidden = self.run(FORBIDDEN, &[]).await;
        assert_eq!(forbidden, json!([]), "{name} holds or loads what no page may");
        let log = self.tell("/se/log", json!({ "type": "browser" })).await;
        let stopped = log.as_array().expect("a list").iter().filter(|entry| entry["source"] == "security");
        assert_eq!(stopped.collect::<Vec<_>>(), Vec::<&Value>::new(), "{name} tries what its policy forbids");

        let axe = std::fs::read_to_string(project().join(".cache/axe-core/axe.min.js"))
            .expect("axe-core: infra/scripts/browser.sh fetches it");
        self.run(&axe, &[]).await;
        let pictures = std::env::var_os("LATCHKEY_SCREENSHOTS").is_some();
        for (number, scheme) in ["light", "dark"].into_iter().enumerate() {
            for (other, (width, height)) in SIZES.into_iter().enumerate() {
                // A phone that is light and a desktop that is dark have every colour and both layouts.
                if number != other && !pictures {
                    continue;
                }
                self.show_as(scheme, width, height).await;
                let found = self.tell("/execute/async", json!({ "script": AXE, "args": [RULES] })).await;
                let found: Vec<_> = found.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
                assert!(found.is_empty(), "{name}, {scheme}, {width} px wide:\n{}", found.join("\n\n"));
                if pictures {
                    self.show_as(scheme, width, self.height().await.max(height)).await;
                    self.picture(&format!("{name}-{width}-{scheme}")).await;
                }
            }
        }
        if pictures {
            self.show_as("light", PAPER.0, PAPER.1).await;
            self.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" })).await;
            self.size(PAPER.0, self.height().await.max(PAPER.1)).await;
            self.picture(&format!("{name}-print")).await;
            self.cdp("Emulation.setEmulatedMedia", json!({ "media": "" })).await;
        }
        self.show_as("light", NARROWEST, 640).await;
        let width = self.run("return document.documentElement.scrollWidth", &[]).await;
        assert!(width.as_u64().is_some_and(|width| width <= NARROWEST.into()), "{name} is {width} px wide on a phone");
        let (width, height) = SIZES[1];
        self.show_as("light", width, height).await;
    }

    async fn show_as(&self, scheme: &str, width: u32, height: u32) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            // Colours are as they will be, not on their way there.
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features })).await;
        self.size(width, height).await;
    }

    /// How high the page is.
    async fn height(&self) -> u32 {
        let page = self.run("return document.documentElement.scrollHeight", &[]).await;
        page.as_u64().and_then(|page| u32::try_from(page).ok()).expect("a height")
    }

    async fn size(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    async fn picture(&self, name: &str) {
        let picture = text(&self.call(Method::GET, "/screenshot", None).await);
        let folder = project().join("target/screenshots");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(format!("{name}.png")), STANDARD.decode(picture).expect("Base64")).expect("written");
    }

    /// What `XPath` finds first.
    async fn find(&self, path: &str) -> String {
        // The driver's own way of finding carries much of its program to the page each time.
        let found = "return document.evaluate(arguments[0], document, null, 9, null).singleNodeValue";
        let found = self.run(found, &[path.into()]).await;
        format!("/element/{}", found[ELEMENT].as_str().unwrap_or_else(|| panic!("nothing is at {path}")))
    }

    async fn field(&self, label: &str) -> String {
        self.find(&format!("//*[@id=//label[normalize-space()='{label}']/@for]")).await
    }

    /// Clicks on what leads to another page, and waits until that is there: chromedriver takes a form that was sent
    /// for done before its answer has come.
    async fn click(&self, path: &str) {
        let element = self.find(path).await;
        self.run("document.left = true", &[]).await;
        self.tell(&format!("{element}/click"), json!({})).await;
        self.until("return document.readyState === 'complete' && !document.left").await;
    }

    /// Waits until a script returns true.
    pub async fn until(&self, script: &str) {
        for _ in 0..400 {
            if self.run(script, &[]).await == true {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("not true after ten seconds: {script}");
    }

    async fn cdp(&self, command: &str, parameters: Value) {
        self.tell("/goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await;
    }

    async fn tell(&self, path: &str, body: Value) -> Value {
        self.call(Method::POST, path, Some(body)).await
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let request = self.client.request(method, format!("{}{path}", self.driver.session));
        let request = if let Some(body) = &body { request.json(body) } else { request };
        let answer = request.send().await.expect("an answer of chromedriver");
        let (status, mut answer) = (answer.status(), answer.json::<Value>().await.expect("JSON"));
        assert!(status.is_success(), "{path} {}: {}", body.unwrap_or_default(), answer["value"]["message"]);
        answer["value"].take()
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
