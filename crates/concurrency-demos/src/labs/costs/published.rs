//! Figures that others have published, to hold our own against.

/// What others found for one kind.
pub(crate) struct PublishedCost {
    /// Starting one, in seconds.
    pub start: Published,
    /// The memory of one, in bytes.
    pub memory: Published,
}

/// A published figure with its source.
pub(crate) struct Published {
    pub least: f64,
    pub most: f64,
    pub text: &'static str,
    pub source: &'static str,
}

/// For a process, a thread and a task, in this order.
pub(crate) const PUBLISHED: [PublishedCost; 3] = [
    PublishedCost {
        start: Published {
            least: 1e-4,
            most: 1e-4,
            text: "under 0.1 ms, spawn alone",
            source: "Kobzol 2024, process spawning in Rust",
        },
        memory: Published {
            least: 2.5e6,
            most: 4.7e6,
            text: "2.5 to 4.7 MB, peak, with shared pages",
            source: "pkolaczk 2023, hez2010 2024",
        },
    },
    PublishedCost {
        start: Published {
            least: 14e-6,
            most: 17e-6,
            text: "14 to 17 us",
            source: "ratuld.me 2026, jimblandy/context-switch",
        },
        memory: Published {
            least: 9.5 * 1024.0,
            most: 9.5 * 1024.0,
            text: "9.5 KiB",
            source: "jimblandy/context-switch",
        },
    },
    PublishedCost {
        start: Published {
            least: 0.3e-6,
            most: 0.42e-6,
            text: "0.3 to 0.42 us",
            source: "jimblandy/context-switch, ratuld.me 2026",
        },
        memory: Published {
            least: 200.0,
            most: 440.0,
            text: "0.2 to 0.44 kB",
            source: "pkolaczk 2023, hez2010 2024",
        },
    },
];
