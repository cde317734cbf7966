//! Services that answer elsewhere: Lambda, SQS, SNS and DynamoDB at endpoints that the server is given. Their Calls
//! go out in AWS's own wire protocols, signed; all others go to the door.

mod endpoint;
mod http_client;
mod remote;

pub use endpoint::{Endpoint, EndpointError, SERVICES};
pub use remote::Remote;
