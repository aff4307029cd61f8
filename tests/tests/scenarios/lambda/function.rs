//! A function at work: its process, the Lambda around it, and all that it prints.
//!
//! The process sees the environment that it is given and nothing of ours.

use std::{
    collections::HashMap,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use lambda_simulator::{Invocation, InvocationStatus, Simulator, SimulatorPhase};
use serde_json::Value;

use super::binaries::binary;

/// Nothing here takes that long.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// What a function may take by its settings in the template, or more.
const TIMEOUT: Duration = Duration::from_mins(1);

/// The rest of a trace's header.
const SAMPLED: &str = ";Parent=53995c3f42cd8ad8;Sampled=1";

static STARTED: AtomicU32 = AtomicU32::new(0);

/// A running function. Its process ends with it.
pub struct Function {
    simulator: Simulator,
    process: Child,
    output: PathBuf,
}

impl Function {
    /// Starts a function, and waits until it asks for its first event.
    pub async fn start(name: &'static str, environment: HashMap<&'static str, String>) -> Self {
        let program = tokio::task::spawn_blocking(|| binary(name))
            .await
            .expect("a binary");
        let simulator = Simulator::builder()
            .function_name(name)
            .invocation_timeout(TIMEOUT)
            .build()
            .await
            .expect("a Lambda");
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let file = format!("{name}-{}-{number}.log", std::process::id());
        let output = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
        let out = File::create(&output).expect("a file for what it prints");
        let process = Command::new(program)
            .env_clear()
            .envs(simulator.lambda_env_vars())
            .envs(environment)
            .stdin(Stdio::null())
            .stdout(out.try_clone().expect("the same file"))
            .stderr(out)
            .spawn()
            .expect("the function starts");
        let function = Self {
            simulator,
            process,
            output,
        };
        let ready = function
            .simulator
            .wait_for_phase(SimulatorPhase::Ready, LONGEST_WAIT)
            .await;
        assert!(
            ready.is_ok(),
            "{name} does not start: {}",
            function.printed()
        );
        function
    }

    /// Hands it an event; answers with its answer.
    pub async fn invoke(&self, event: &Value) -> Value {
        let timeout_ms = u64::try_from(TIMEOUT.as_millis()).expect("milliseconds");
        let mut invocation = Invocation::new(event.clone(), timeout_ms);
        // As Lambda hands it over where a trace is wanted.
        invocation.trace_id.push_str(SAMPLED);
        let id = self.simulator.enqueue(invocation).await;
        let state = self
            .simulator
            .wait_for_invocation_complete(&id, LONGEST_WAIT)
            .await
            .unwrap_or_else(|error| panic!("{error}: {}", self.printed()));
        assert_eq!(
            state.status,
            InvocationStatus::Success,
            "{:?}: {}",
            state.error,
            self.printed()
        );
        state.response.expect("a response").payload
    }

    /// Ends it; answers with all that it printed.
    pub fn stop(mut self) -> String {
        self.end();
        self.printed()
    }

    /// All that it has printed so far.
    pub fn printed(&self) -> String {
        fs::read_to_string(&self.output).expect("what it printed")
    }

    fn end(&mut self) {
        // It may have ended by itself, which the scenario has noticed by then.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        self.end();
        // Kept only by a machine that loses files.
        let _ = fs::remove_file(&self.output);
    }
}
