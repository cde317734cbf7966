use std::io::Write;

use aws::Body;
use flate2::{Compression, write::GzEncoder};
use http::Response;
use http_body_util::BodyExt;
use serde_json::json;

use super::{read, whole};
use crate::{
    DriverLog,
    testing::{House, frame},
};

#[test]
fn characters_are_not_torn() {
    assert_eq!(whole("aé".as_bytes(), false), 3);
    assert_eq!(whole(&"aé".as_bytes()[..2], false), 1);
    assert_eq!(whole(&"aé".as_bytes()[..2], true), 2);
    assert_eq!(whole(b"\xff\xfeabc", false), 5, "no UTF-8 at all");
    assert_eq!(whole(b"\xffabc\xe2\x82", false), 4);
    assert_eq!(whole(b"", false), 0);
}

#[test]
fn a_file_is_read_from_an_offset_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stdout");
    assert_eq!(read(&path, 0, false).unwrap(), (vec![], false));
    std::fs::write(&path, "one\ntwo\n€").unwrap();
    assert_eq!(read(&path, 4, false).unwrap(), ("two\n€".into(), true));
    assert_eq!(read(&path, 400, false).unwrap(), (vec![], true));
    std::fs::write(&path, &"one\n€".as_bytes()[..5]).unwrap();
    assert_eq!(read(&path, 0, false).unwrap().0, b"one\n");
    assert_eq!(read(&path, 0, true).unwrap().0, &"one\n€".as_bytes()[..5]);
}

const PATH: &str = "/_taxiway/stream/joblog?virtualClusterId=c&id=j&file=stderr";

fn house(log: DriverLog) -> House {
    let house = House::new();
    house
        .door
        .on("emr-containers", "DescribeJobRun", |_| Ok(json!({})));
    *house.services.log.lock() = log;
    house
}

#[tokio::test(start_paused = true)]
async fn output_is_told_as_it_grows_up_to_the_end() {
    let house = house(DriverLog {
        attempt: 1,
        state: "RUNNING".into(),
        ..DriverLog::default()
    });
    let file = house.folder.path().join("stderr");
    house.services.log.lock().file.clone_from(&file);
    std::fs::write(&file, "one\n").unwrap();
    let mut stream = house.get(PATH).await.into_body();
    assert_eq!(
        frame(&mut stream).await,
        "id: 1.4\ndata: {\"offset\":0,\"text\":\"one\\n\",\"attempt\":1}\n\n"
    );
    std::fs::write(&file, "one\ntwo").unwrap();
    assert!(
        frame(&mut stream)
            .await
            .starts_with("id: 1.7\ndata: {\"offset\":4,\"text\":\"two\"")
    );
    // A retry prints anew.
    house.services.log.lock().attempt = 2;
    assert_eq!(
        frame(&mut stream).await,
        "event: attempt\nid: 2.0\ndata: {\"attempt\":2}\n\n"
    );
    assert!(frame(&mut stream).await.contains("one\\ntwo"));
    {
        let mut log = house.services.log.lock();
        (log.ended, log.state) = (true, "COMPLETED".into());
    }
    assert_eq!(
        frame(&mut stream).await,
        "event: end\nid: 2.7\ndata: {\"state\":\"COMPLETED\",\"offset\":7}\n\n"
    );
    assert!(stream.frame().await.is_none());
    let again = house
        .ask("GET", PATH, &[("last-event-id", "2.4")], "")
        .await;
    assert!(
        frame(&mut again.into_body())
            .await
            .contains("\"text\":\"two\"")
    );
}

#[tokio::test]
async fn after_the_folder_is_gone_it_comes_from_s3() {
    let house = house(DriverLog {
        file: "/nowhere/stderr".into(),
        attempt: 1,
        state: "FAILED".into(),
        ended: true,
        delivered: Some(("b".into(), "logs/j 1/stderr.gz".into())),
    });
    *house.door.s3.lock() = Some(Box::new(|request, _| {
        assert_eq!(request.uri(), "/b/logs/j%201/stderr.gz");
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(b"Traceback: no").unwrap();
        Response::new(Body::from(packed.finish().unwrap()))
    }));
    let mut stream = house.get(&format!("{PATH}&offset=11")).await.into_body();
    let got = frame(&mut stream).await;
    assert!(got.contains("{\"offset\":11,\"text\":\"no\""), "{got}");
    assert!(frame(&mut stream).await.starts_with("event: end\n"));
    // Nothing at all, here or there: an end all the same.
    *house.door.s3.lock() = Some(Box::new(|_, _| {
        Response::builder().status(404).body(Body::empty()).unwrap()
    }));
    let mut stream = house.get(PATH).await.into_body();
    assert!(frame(&mut stream).await.starts_with("event: end\n"));
}

#[tokio::test]
async fn the_history_server_opens_a_job_run() {
    let house = house(DriverLog::default());
    let opened = house.ask("POST", "/_taxiway/spark-ui/c/j", &[], "").await;
    let url = crate::testing::value(opened).await["url"].clone();
    assert_eq!(url, "http://127.0.0.1:18080/history/c-j/");
    assert_eq!(house.get("/_taxiway/spark-ui/c/j").await.status(), 405);
}
