//! Prism, the proxy that holds calls and answers against an OpenAPI document: started and ended.
//!
//! It is the test's own child, listens on loopback alone, and never outlives the test.

use std::{
    env,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// It reads 2 MB of document first; a busy machine may take its time.
const LONGEST_START: Duration = Duration::from_mins(3);
const LISTENS: &str = "Prism is listening on ";

/// What the test needs from its surroundings.
pub struct Tools {
    prism: PathBuf,
    /// Jira's OpenAPI document.
    pub document: PathBuf,
}

impl Tools {
    /// What `.ci/prism` offers; where that is not there, it is printed.
    pub fn at_hand() -> Option<Self> {
        let path = |name| {
            let path = PathBuf::from(env::var_os(name)?);
            path.is_file().then_some(path)
        };
        let tools = path("PRISM").zip(path("JIRA_OPENAPI"));
        if tools.is_none() {
            println!(
                "SKIPPED: PRISM and JIRA_OPENAPI name no files; run this test by way of .ci/prism"
            );
        }
        tools.map(|(prism, document)| Self { prism, document })
    }

    /// Starts Prism in front of another server. What Jira does not document it refuses itself.
    pub fn start(&self, upstream: &str) -> Prism {
        let mut child = Command::new(&self.prism)
            .args(["proxy", "--errors", "--host", "127.0.0.1", "--port", "0"])
            .args([self.document.as_os_str(), upstream.as_ref()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Prism starts");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        // Made before waiting, so that the child is ended whatever comes.
        let mut prism = Prism {
            child,
            address: String::new(),
        };
        let (tell, told) = mpsc::channel();
        // Reads on to the end: a pipe that nobody empties would stop it.
        thread::spawn(move || {
            let mut last = String::new();
            for line in output.lines().map_while(Result::ok) {
                if let Some((_, address)) = line.split_once(LISTENS) {
                    let _ = tell.send(Ok(address.trim().to_owned()));
                }
                last = line;
            }
            let _ = tell.send(Err(last));
        });
        prism.address = told
            .recv_timeout(LONGEST_START)
            .expect("Prism listens in time")
            .unwrap_or_else(|last| panic!("Prism ended before it listened: {last}"));
        prism
    }
}

/// A running Prism.
pub struct Prism {
    child: Child,
    /// Where it listens.
    pub address: String,
}

impl Drop for Prism {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
