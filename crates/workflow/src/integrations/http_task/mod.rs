//! HTTP tasks: `http:invoke`.
//!
//! **Source**: "Call HTTPS APIs in Step Functions workflows" of the developer guide.

mod answer;
mod form;
mod parameters;
mod trace;

use asl::{ScheduleTask, Value};

pub(crate) use trace::Trace;

use super::{Fault, Outside};
use crate::{HttpError, driver::Caller};

/// The result of an HTTP task, and what went over the wire if it came to that.
pub(crate) struct Invoked {
    pub outcome: Result<Value, Fault>,
    pub trace: Option<Trace>,
}

/// Carries out an HTTP task.
pub(crate) async fn invoke(outside: Outside<'_>, caller: &Caller, task: &ScheduleTask) -> Invoked {
    let refused = |fault| Invoked {
        outcome: Err(fault),
        trace: None,
    };
    let request = match parameters::request(&task.arguments, &caller.region) {
        Ok(request) => request,
        Err(why) => return refused(Fault::new("States.Runtime", why)),
    };
    let Some(connections) = outside.connections else {
        return refused(super::request::nothing_behind(task));
    };
    match connections.send(request).await {
        Ok(answer) => Invoked {
            outcome: answer::judge(&answer),
            trace: Some(Trace(answer)),
        },
        Err(error) => refused(fault(&error)),
    }
}

fn fault(error: &HttpError) -> Fault {
    let name = match error {
        HttpError::NoConnection(_) => "Events.ConnectionResource.ResourceNotFound",
        HttpError::NotAuthorized(_) => "Events.ConnectionResource.InvalidConnectionState",
        HttpError::InProgress(_) => "Events.ConnectionResource.AuthInProgress",
        HttpError::Internal(_) => "Events.ConnectionResource.InternalError",
        HttpError::Unsendable(_) => "States.Runtime",
        HttpError::Socket(_) => "States.Http.Socket",
        HttpError::TooLarge(_) => "States.DataLimitExceeded",
    };
    Fault::new(name, error.to_string())
}
