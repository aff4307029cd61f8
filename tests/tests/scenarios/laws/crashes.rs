//! Every point at which a worker can die.
