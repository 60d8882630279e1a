mod feed;
mod peppered;
mod settling;
mod writing;
