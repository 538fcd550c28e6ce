//! `docs/requirements.md` says which tests show each requirement. It is written from the tests themselves: what a test shows
//! stands above it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/requirements.md");

/// A requirement's letter and number, for the order; none where the text is not one's id.
fn order(id: &str) -> Option<(char, u32)> {
    let letter = id.chars().next().filter(|letter| "OUALPTS".contains(*letter))?;
    Some((letter, id[1..].parse().ok()?))
}

/// Which tests, by file, show which requirement.
fn shown() -> BTreeMap<(char, u32), Vec<(String, String)>> {
    let mut shown: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let folders = [folder.join("rules"), folder];
    let entries = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("the tests"));
    let mut files: Vec<_> = entries.map(|file| file.expect("a file").path()).filter(|path| path.is_file()).collect();
    files.sort();
    for file in files {
        let name = file.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        let mut ids: Vec<(char, u32)> = Vec::new();
        for line in fs::read_to_string(&file).expect("read").lines() {
            if let Some(told) = line.strip_prefix("/// ") {
                let words = told.split([',', ' ', ':', '.', '(', ')']);
                ids.extend(words.filter(|word| word.len() >= 2).filter_map(order));
            } else if let Some(test) = line.strip_prefix("async fn ").or_else(|| line.strip_prefix("fn ")) {
                let test = test.split('(').next().unwrap_or_default().to_owned();
                for id in std::mem::take(&mut ids) {
                    shown.entry(id).or_default().push((name.clone(), test.clone()));
                }
            } else if !line.starts_with("#[") {
                ids.clear();
            }
        }
    }
    shown
}

fn document() -> String {
    let mut text = "# Requirements and their tests\n\nWhich tests in `tests/tests/` show each requirement; written by \
                    `make requirements` from what stands above each test.\n\n| requirement | shown by |\n|---|---|\n"
        .to_owned();
    for ((letter, number), tests) in shown() {
        let tests: Vec<_> = tests.iter().map(|(file, test)| format!("`{file}`: {}", test.replace('_', " "))).collect();
        let _ = writeln!(text, "| {letter}{number} | {} |", tests.join("<br>"));
    }
    text
}

#[test]
fn the_table_of_requirements_is_what_the_tests_say() {
    let written = document();
    if std::env::var_os("LATCHKEY_UPDATE").is_some() {
        fs::write(DOCUMENT, &written).expect("written");
    }
    let kept = fs::read_to_string(DOCUMENT).unwrap_or_default();
    assert!(kept == written, "docs/requirements.md is not what the tests say: run make requirements");
}
