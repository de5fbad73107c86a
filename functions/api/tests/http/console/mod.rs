//! The console's pages as a browser asks for them: a cookie, forms, redirects.

mod acting;
mod browser;
mod pages;
mod signing_in;
mod walls;
