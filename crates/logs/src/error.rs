//! The service's errors, in its words.

use aws::ApiError;
use store::StoreError;

pub(crate) fn no_group() -> ApiError {
    ApiError::new(
        "ResourceNotFoundException",
        "The specified log group does not exist.",
    )
}

pub(crate) fn no_stream() -> ApiError {
    ApiError::new(
        "ResourceNotFoundException",
        "The specified log stream does not exist.",
    )
}

pub(crate) fn group_exists() -> ApiError {
    ApiError::new(
        "ResourceAlreadyExistsException",
        "The specified log group already exists",
    )
}

pub(crate) fn stream_exists() -> ApiError {
    ApiError::new(
        "ResourceAlreadyExistsException",
        "The specified log stream already exists",
    )
}

pub(crate) fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameterException", message)
}

pub(crate) fn bad_token() -> ApiError {
    invalid("The specified nextToken is invalid.")
}

/// Two requests changed the same thing at once, over and over.
pub(crate) fn aborted() -> ApiError {
    ApiError::new(
        "OperationAbortedException",
        "Multiple concurrent requests to update the same resource were in conflict.",
    )
}

/// Returns what the caller hears when the store refuses.
pub(crate) fn failed(error: StoreError) -> ApiError {
    match error {
        StoreError::Full => {
            let mut unavailable = ApiError::new(
                "ServiceUnavailableException",
                "No space is left on the disk that keeps the logs.",
            );
            unavailable.source = Some(error.to_string());
            unavailable.with_status(500)
        }
        error => ApiError::internal(error),
    }
}
