//! Everything that can go wrong, each with the word under which it is counted.
//!
//! A fault that a long run never met fails that run: so nothing may stand here that cannot happen.

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)+) => {
        /// Something that goes wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault {
            $($(#[$doc])* $name,)+
        }

        impl Fault {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The word under which it is counted.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }
        }
    };
}

faults! {
    /// A call to a product never arrives; its caller learns that much.
    NotSent = "call-not-sent",
    /// A call to a product is lost on its way; its caller learns only that there is no answer.
    RequestLost = "request-lost",
    /// A product did what was asked, and its answer is lost.
    AnswerLost = "answer-lost",
    /// The caller gives up waiting, and the product does what was asked afterwards.
    LateEffect = "effect-after-time-out",
    /// 429 with a time to wait.
    TooManyWithTime = "429-with-retry-after",
    /// 429 without.
    TooManyWithout = "429-without-retry-after",
    /// 500, nothing done.
    Broken = "500",
    /// 503, nothing done.
    Unavailable = "503",
    /// 504 of a gateway that gave up, and the product did what was asked.
    GatewayTimeOut = "504-after-effect",
    /// An HTML page instead of an answer, nothing done.
    HtmlPage = "html-page",
    /// An answer takes very long.
    SlowAnswer = "slow-answer",
    /// A webhook is never delivered.
    WebhookLost = "webhook-lost",
    /// A webhook is delivered twice.
    WebhookDoubled = "webhook-doubled",
    /// A webhook arrives much later, behind others.
    WebhookDelayed = "webhook-delayed",
    /// Jira delivers a webhook again that we answered with an error.
    WebhookRepeated = "webhook-repeated",
    /// All copies of a function are busy.
    FunctionThrottled = "function-throttled",
    /// The search shows changes late.
    SearchLag = "search-lag",
    /// A ticket vanishes from the search for a while.
    VanishingHit = "vanishing-search-hit",
    /// The store throttles a request.
    StoreThrottled = "store-throttled",
    /// The store answers 500, nothing done.
    StoreBroken = "store-500",
    /// A request to the store is lost.
    StoreRequestLost = "store-request-lost",
    /// The store did what was asked, and its answer is lost.
    StoreAnswerLost = "store-answer-lost",
    /// The store's indexes lag behind.
    IndexLag = "store-index-lag",
    /// The store processes a part of a batch.
    PartOfBatch = "store-part-of-batch",
    /// The secrets cannot be read.
    SecretsUnreadable = "secrets-unreadable",
    /// A worker dies before its request leaves.
    KilledBefore = "killed-before-effect",
    /// A worker dies after the effect, before the answer.
    KilledAfter = "killed-after-effect",
    /// A worker is frozen for a while in the middle of its work.
    Frozen = "frozen",
    /// A worker is ended because its time is up.
    OutOfTime = "function-timed-out",
    /// The clocks of workers differ.
    ClockSkew = "clock-skew",
    /// A second sweep runs beside the first.
    OverlappingSweeps = "overlapping-sweeps",
    /// A sweep does not run.
    SweepMissed = "sweep-missed",
    /// Somebody changes the settings.
    SettingsChanged = "settings-changed",
    /// Settings with faults are stored.
    SettingsFaulty = "settings-faulty",
    /// The settings lose a route or a site for a while.
    SettingsLost = "settings-lost-a-part",
    /// Our account loses a permission for a while.
    PermissionLost = "permission-lost",
    /// The token for Jira is replaced, and known to us a little later.
    TokenRotated = "token-rotated",
    /// The secret of a webhook is replaced, and known to us a little later.
    WebhookSecretRotated = "webhook-secret-rotated",
    /// A ticket is moved to another project.
    TicketMoved = "ticket-moved",
    /// A ticket is deleted.
    TicketDeleted = "ticket-deleted",
    /// A ticket is made invisible to us.
    TicketHidden = "ticket-hidden",
    /// A case is deleted.
    CaseDeleted = "case-deleted",
}
