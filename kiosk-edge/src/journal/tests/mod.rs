mod feed;
mod settling;
mod writing;
