//! No member of an input is dropped in silence.

use crate::support::House;

#[tokio::test(flavor = "multi_thread")]
async fn every_member_is_read_accepted_or_refused() {
    let wrong = aws::coverage::check_declared("quicksight", &House::open().await.operations());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
