mod bodies;
mod day;
mod live;
mod money;
mod openapi;
mod signing_in;
mod tickets;
mod till;
