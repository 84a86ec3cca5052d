//! Keeps events, views, evidence bytes, keys and outgoing notices.
