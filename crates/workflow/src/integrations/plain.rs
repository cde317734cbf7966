//! SQS, SNS and DynamoDB: requests without more.

use super::family::Family;

pub(super) static SQS: Family = Family {
    name: "sqs",
    service: "sqs",
    errors: "SQS",
    general: Some("AmazonSQSException"),
    title: "AmazonSQS",
    syncs: &[],
};

pub(super) static SNS: Family = Family {
    name: "sns",
    service: "sns",
    errors: "SNS",
    general: Some("AmazonSNSException"),
    title: "AmazonSNS",
    syncs: &[],
};

pub(super) static DYNAMODB: Family = Family {
    name: "dynamodb",
    service: "dynamodb",
    errors: "DynamoDB",
    general: Some("AmazonDynamoDBException"),
    title: "AmazonDynamoDBv2",
    syncs: &[],
};
