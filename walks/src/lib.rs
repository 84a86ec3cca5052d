//! Whole journeys over the public surface; never ships.
