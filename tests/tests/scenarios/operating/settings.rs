//! Settings: checked, compared, put in force, shown.

use std::io::{self, BufRead, Read};

use adapters::store::{TableStore, WriteSettings, random_tokens};
use domain::settings::document::SettingsDocument;
use local::database::client_of;
use operate::{failure::Kind, options::SettingsCommand, settings};

use super::{Person, TABLE, file, piping, store, typing};

const SETTINGS: &str = include_str!("../../../fixtures/settings.toml");

fn put(file: std::path::PathBuf, yes: bool) -> SettingsCommand {
    SettingsCommand::Put { file, yes }
}

async fn version(store: &TableStore) -> u64 {
    let stored = store.read_settings().await.expect("a reading");
    stored.map_or(0, |stored| stored.version)
}

#[tokio::test]
async fn settings_are_compared_and_put_in_force_as_the_next_version() {
    let (_database, store) = store().await;
    let first = file("first.toml", SETTINGS);
    let (became, told) = typing("y\n", async |talk| {
        settings::run(&store, put(first.clone(), false), talk).await
    })
    .await;
    assert_eq!(became, Ok(()), "{told}");
    assert!(
        told.contains("+ routes[payments].ticket.project = \"PAY\""),
        "{told}"
    );
    assert!(told.contains("Version 1 is in force."), "{told}");
    let second = file(
        "second.toml",
        &SETTINGS.replace("project = \"PAY\"", "project = \"SHOP\""),
    );
    let (became, told) = piping("", async |talk| {
        let file = second.clone();
        settings::run(&store, SettingsCommand::Diff { file }, talk).await
    })
    .await;
    assert_eq!(became, Ok(()));
    let line = "  ~ routes[payments].ticket.project = \"PAY\" -> \"SHOP\"\n";
    assert!(told.contains(line), "{told}");
    assert_eq!(version(&store).await, 1, "to compare writes nothing");
    let (became, _) = piping("", async |talk| {
        settings::run(&store, put(second.clone(), true), talk).await
    })
    .await;
    assert_eq!((became, version(&store).await), (Ok(()), 2));
    let (became, told) = piping("", async |talk| {
        settings::run(&store, put(second, true), talk).await
    })
    .await;
    assert_eq!(
        (became, version(&store).await),
        (Ok(()), 2),
        "nothing to do"
    );
    assert!(told.contains("No difference from version 2"), "{told}");
}

#[tokio::test]
async fn what_is_shown_can_be_put_back_and_means_the_same() {
    let (_database, store) = store().await;
    let example = include_str!("../../../../infra/settings.example.toml");
    for text in [SETTINGS, example] {
        let file = file("shown.toml", text);
        let put = put(file, true);
        let (became, _) = piping("", async |talk| settings::run(&store, put, talk).await).await;
        assert_eq!(became, Ok(()));
        let (became, shown) = piping("", async |talk| {
            settings::run(&store, SettingsCommand::Show, talk).await
        })
        .await;
        assert_eq!(became, Ok(()), "{shown}");
        let meaning = |text: &str| {
            let document: SettingsDocument = toml::from_str(text).expect("settings");
            document.validate().expect("no fault")
        };
        assert_eq!(meaning(&shown), meaning(text));
    }
}

#[tokio::test]
async fn a_file_with_faults_is_refused_whole_and_each_fault_is_told() {
    let (_database, store) = store().await;
    let text = SETTINGS
        .replace("project = \"PAY\"", "project = \"pay pal\"")
        .replace("start = \"2026-01-01\"", "api_token = \"hunter2hunter2\"");
    let faulty = file("faulty.toml", &text);
    let (became, told) = typing("y\n", async |talk| {
        settings::run(&store, put(faulty.clone(), false), talk).await
    })
    .await;
    let refused = became.expect_err("a refusal");
    assert_eq!(refused.kind, Kind::Faulty);
    for path in [
        "routes[0].ticket.project",
        "routes[0].api_token",
        "routes[1].start",
    ] {
        assert!(refused.words.contains(path), "{path}: {refused}");
    }
    assert!(!format!("{refused}{told}").contains("hunter2"), "{refused}");
    assert_eq!(version(&store).await, 0);
    let (became, _) = piping("", async |talk| settings::check(&faulty, talk)).await;
    assert_eq!(became, Err(refused), "checking tells the same");
    let sound = file("sound.toml", SETTINGS);
    let (became, told) = piping("", async |talk| settings::check(&sound, talk)).await;
    assert_eq!(became, Ok(()));
    assert!(
        told.ends_with("connections 1, sites 1, routes 2.\n"),
        "{told}"
    );
}

#[tokio::test]
async fn nothing_is_written_without_a_yes() {
    let (_database, store) = store().await;
    let file = file("unasked.toml", SETTINGS);
    let command = || put(file.clone(), false);
    for typed in ["", "\n", "n\n", "yess\n"] {
        let (became, _) = typing(typed, async |talk| {
            settings::run(&store, command(), talk).await
        })
        .await;
        assert_eq!(became.expect_err("a no").kind, Kind::Declined, "{typed:?}");
    }
    let (became, _) = piping("y\n", async |talk| {
        settings::run(&store, command(), talk).await
    })
    .await;
    let nobody = became.expect_err("nobody to ask");
    assert_eq!(nobody.kind, Kind::Usage);
    assert!(nobody.remedy.contains("--yes"), "{nobody}");
    assert_eq!(version(&store).await, 0);
}

#[tokio::test]
async fn a_route_that_goes_is_pointed_out() {
    let (_database, store) = store().await;
    let first = file("with-route.toml", SETTINGS);
    let (became, _) = piping("", async |talk| {
        settings::run(&store, put(first, true), talk).await
    })
    .await;
    assert_eq!(became, Ok(()));
    let renamed = SETTINGS.replace("name = \"payments\"", "name = \"shop\"");
    let file = file("without-route.toml", &renamed);
    let (_, told) = piping("", async |talk| {
        settings::run(&store, SettingsCommand::Diff { file }, talk).await
    })
    .await;
    assert!(told.contains("Mind: without the route payments"), "{told}");
    assert!(!told.contains("the route security"), "{told}");
}

/// Says yes, but only after somebody else has put settings in force.
struct Slow {
    address: String,
    said: Cursor,
}

type Cursor = io::Cursor<&'static str>;

impl Read for Slow {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.said.read(buffer)
    }
}

impl BufRead for Slow {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.said.position() == 0 {
            let address = self.address.clone();
            let other = std::thread::spawn(move || {
                let runtime = tokio::runtime::Runtime::new().expect("a runtime");
                let store = TableStore::new(client_of(&address), TABLE, random_tokens());
                let write = WriteSettings {
                    document: "{}".to_owned(),
                    replaces: 0,
                };
                runtime
                    .block_on(store.write_settings(&write))
                    .expect("theirs");
            });
            other.join().expect("somebody else");
        }
        self.said.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.said.consume(count);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_slower_overwrites_nothing_and_hears_what_to_do() {
    let (database, store) = store().await;
    let mut slow = Slow {
        address: database.address().to_owned(),
        said: Cursor::new("y\n"),
    };
    let person = Person {
        input: &mut slow,
        at_a_terminal: true,
    };
    let file = file("slower.toml", SETTINGS);
    let (became, _) = person
        .runs(async |talk| settings::run(&store, put(file, false), talk).await)
        .await;
    let slower = became.expect_err("somebody was faster");
    assert_eq!(slower.kind, Kind::Meanwhile);
    assert!(slower.remedy.contains("settings show"), "{slower}");
    let stored = store.read_settings().await.expect("a reading");
    assert_eq!(stored.expect("theirs").document, "{}");
}
