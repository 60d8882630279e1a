//! The public website. So far it is one page: a ticket's, by its token.

mod day;
mod notices;
mod page;
mod qr;
mod said;
#[cfg(test)]
mod tests;
mod view;

pub use page::router;
