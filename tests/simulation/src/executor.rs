//! Simulated time and the tasks in it, on one thread.
//!
//! A task runs until it waits; then the one whose moment comes first goes on, or the one that a
//! chooser picks. Nothing here is real: no clock, no thread, no socket. The same program with the
//! same choices always takes the same steps.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Wake, Waker},
};

/// A task.
pub type TaskId = u64;
type Task = Pin<Box<dyn Future<Output = ()> + Send>>;
/// Picks one of the tasks that could take their next step: answers with its position, or leaves it
/// to time.
pub type Chooser = Box<dyn FnMut(&[TaskId]) -> Option<usize> + Send>;

/// What somebody waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wait {
    /// Its turn to take a step at a border: a chooser may pick it ahead of time.
    Turn,
    /// The way back of a step: nobody else can tell when it ends, so no chooser is asked.
    Back,
    /// Time itself.
    Sleep,
}

struct Parked {
    waker: Waker,
    wait: Wait,
    task: TaskId,
}

#[derive(Default)]
struct Inner {
    now_us: i64,
    sequence: u64,
    parked: BTreeMap<(i64, u64), Parked>,
    spawned: Vec<(TaskId, Task)>,
    doomed: BTreeSet<TaskId>,
    next_task: TaskId,
    current: TaskId,
}

type Ready = Arc<Mutex<VecDeque<TaskId>>>;

/// The handle that tasks hold: time, waiting, spawning, killing.
#[derive(Clone, Default)]
pub struct Scheduler {
    inner: Arc<Mutex<Inner>>,
    ready: Ready,
}

/// Runs the tasks.
pub struct Executor {
    scheduler: Scheduler,
    tasks: BTreeMap<TaskId, Task>,
    chooser: Option<Chooser>,
}

struct TaskWaker {
    task: TaskId,
    ready: Ready,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut ready = lock(&self.ready);
        if !ready.contains(&self.task) {
            ready.push_back(self.task);
        }
    }
}

impl Scheduler {
    /// The present moment in microseconds.
    pub fn now_us(&self) -> i64 {
        self.lock().now_us
    }

    /// The present moment in milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.now_us() / 1_000
    }

    /// Waits that long.
    pub fn wait_us(&self, us: u64, wait: Wait) -> Waiting {
        Waiting {
            scheduler: self.clone(),
            us,
            wait,
            place: None,
        }
    }

    /// Starts a task; it takes its first step when the present one waits.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) -> TaskId {
        let mut inner = self.lock();
        inner.next_task += 1;
        let task = inner.next_task;
        inner.spawned.push((task, Box::pin(work)));
        drop(inner);
        lock(&self.ready).push_back(task);
        task
    }

    /// Ends a task where it stands: it never takes another step.
    pub fn kill(&self, task: TaskId) {
        self.lock().doomed.insert(task);
    }

    /// The task that is running.
    pub fn current(&self) -> TaskId {
        self.lock().current
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        lock(&self.inner)
    }
}

/// Waiting for a moment.
pub struct Waiting {
    scheduler: Scheduler,
    us: u64,
    wait: Wait,
    place: Option<(i64, u64)>,
}

impl Future for Waiting {
    type Output = ();

    #[allow(clippy::single_match_else)] // Waiting already and not yet are of equal weight.
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut inner = self
            .scheduler
            .inner
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match self.place {
            Some(place) => {
                let Some(parked) = inner.parked.get_mut(&place) else {
                    drop(inner);
                    self.place = None;
                    return Poll::Ready(());
                };
                parked.waker.clone_from(context.waker());
            }
            None => {
                inner.sequence += 1;
                let at = inner.now_us.saturating_add_unsigned(self.us);
                let place = (at, inner.sequence);
                let parked = Parked {
                    waker: context.waker().clone(),
                    wait: self.wait,
                    task: inner.current,
                };
                inner.parked.insert(place, parked);
                drop(inner);
                self.place = Some(place);
            }
        }
        Poll::Pending
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            let gone = self.scheduler.lock().parked.remove(&place);
            drop(gone);
        }
    }
}

impl Executor {
    /// Nothing is running yet.
    pub fn new(scheduler: Scheduler, start_ms: i64, chooser: Option<Chooser>) -> Self {
        scheduler.lock().now_us = start_ms * 1_000;
        Self {
            scheduler,
            tasks: BTreeMap::new(),
            chooser,
        }
    }

    /// Runs everything until one task has ended, or until nothing can ever happen again.
    /// Answers with the number of steps; more than `most` of them means that it never ends.
    pub fn run_until_done(&mut self, task: TaskId, most: u64) -> Option<u64> {
        let mut steps = 0;
        self.take_in();
        while self.tasks.contains_key(&task) {
            steps += 1;
            if steps > most || !self.step() {
                return None;
            }
        }
        Some(steps)
    }

    /// Drops every task: whatever they hold goes with them.
    pub fn drop_tasks(&mut self) {
        self.take_in();
        self.tasks.clear();
        self.chooser = None;
    }

    fn step(&mut self) -> bool {
        let next = lock(&self.scheduler.ready).pop_front();
        let Some(task) = next else {
            return self.pass_time();
        };
        if let Some(future) = self.tasks.get_mut(&task) {
            self.scheduler.lock().current = task;
            let waker = Waker::from(Arc::new(TaskWaker {
                task,
                ready: Arc::clone(&self.scheduler.ready),
            }));
            if future
                .as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_ready()
            {
                self.tasks.remove(&task);
            }
        }
        self.take_in();
        true
    }

    fn take_in(&mut self) {
        let (spawned, doomed) = {
            let mut inner = self.scheduler.lock();
            (
                std::mem::take(&mut inner.spawned),
                std::mem::take(&mut inner.doomed),
            )
        };
        self.tasks.extend(spawned);
        for task in doomed {
            self.tasks.remove(&task);
        }
    }

    /// Nobody can go on at present: the next moment comes.
    fn pass_time(&mut self) -> bool {
        let mut inner = self.scheduler.lock();
        // Whoever waited for a moment that has come already is not a matter of choice.
        let overdue = inner
            .parked
            .first_key_value()
            .is_some_and(|((at, _), parked)| *at <= inner.now_us && parked.wait == Wait::Sleep);
        let chosen = match &mut self.chooser {
            Some(chooser) if !overdue => choose(&inner, chooser),
            _ => None,
        };
        let place = match (chosen, inner.parked.first_key_value()) {
            (Some(place), _) => place,
            (None, Some((place, _))) => *place,
            (None, None) => return false,
        };
        let parked = inner.parked.remove(&place);
        inner.now_us = inner.now_us.max(place.0);
        drop(inner);
        if let Some(parked) = parked {
            parked.waker.wake();
        }
        true
    }
}

/// Asks a chooser who goes next among those whose turn it could be.
fn choose(inner: &Inner, chooser: &mut Chooser) -> Option<(i64, u64)> {
    let waiting = |wait| {
        inner
            .parked
            .iter()
            .filter(move |(_, parked)| parked.wait == wait)
    };
    let turns: Vec<((i64, u64), TaskId)> = waiting(Wait::Turn)
        .map(|(place, parked)| (*place, parked.task))
        .collect();
    let back = waiting(Wait::Back).next().map(|(place, _)| *place);
    if turns.is_empty() && back.is_none() {
        return None;
    }
    let tasks: Vec<TaskId> = turns.iter().map(|(_, task)| *task).collect();
    // Whoever is on the way back goes first, so that everybody stands before a step of theirs.
    let position = chooser(if back.is_some() { &[] } else { &tasks })?;
    back.or_else(|| turns.get(position).map(|(place, _)| *place))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic ends the whole run; what it leaves behind is only looked at to tell of it.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
