mod feed;
mod older;
mod peppered;
mod settling;
mod writing;
