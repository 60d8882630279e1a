//! The public website. So far it is one page: a ticket's, by its token.

mod page;
#[cfg(test)]
mod tests;
mod view;

pub use page::router;
