//! Calls of endpoints: what they send, who they say they are, whom they reach, what comes back.

mod authentication;
mod calls;
mod echoes;
mod floods;
mod rebinding;
mod rotation;
mod sockets;
mod token_servers;
