use std::collections::VecDeque;

use aws::ApiError;
use futures::{FutureExt, future::BoxFuture};
use http_body_util::BodyExt;
use serde_json::json;

use crate::{
    Events, History,
    testing::{House, frame},
};

struct Told(VecDeque<Events>);

impl History for Told {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Events>, ApiError>> {
        let next = self.0.pop_front();
        async move { Ok(next) }.boxed()
    }

    fn status(&self) -> &'static str {
        "SUCCEEDED"
    }
}

#[tokio::test]
async fn events_come_with_their_ids_and_the_end_is_told() {
    let house = House::new();
    house.door.on("states", "DescribeExecution", |call| {
        if call.input["executionArn"] == "arn:x" {
            return Ok(json!({}));
        }
        Err(ApiError::new("ExecutionDoesNotExist", "no"))
    });
    let event = |id: u64| json!({"id": id, "type": "T"}).as_object().unwrap().clone();
    let told = Told([vec![event(1), event(2)], vec![event(3)]].into());
    house.services.histories.lock().push(Box::new(told));
    let response = house
        .get("/_taxiway/stream/history?executionArn=arn:x")
        .await;
    let mut stream = response.into_body();
    assert_eq!(
        frame(&mut stream).await,
        "id: 1\ndata: {\"id\":1,\"type\":\"T\"}\n\nid: 2\ndata: {\"id\":2,\"type\":\"T\"}\n\n"
    );
    assert_eq!(
        frame(&mut stream).await,
        "id: 3\ndata: {\"id\":3,\"type\":\"T\"}\n\n"
    );
    assert_eq!(
        frame(&mut stream).await,
        "event: end\ndata: {\"status\":\"SUCCEEDED\"}\n\n"
    );
    assert!(stream.frame().await.is_none());
    let missing = house
        .get("/_taxiway/stream/history?executionArn=arn:y")
        .await;
    assert_eq!(missing.status(), 400);
}
