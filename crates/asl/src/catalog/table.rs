//! The optimized integrations: service, action, how it can be waited for, and the parameters it needs.
//!
//! **Source**: "Integrating services with Step Functions" of the Step Functions developer guide.

/// Ways of waiting besides request-response.
pub(super) const SYNC: u8 = 1;
pub(super) const SYNC2: u8 = 2;
pub(super) const TOKEN: u8 = 4;

pub(super) struct Optimized {
    pub(super) service: &'static str,
    pub(super) action: &'static str,
    pub(super) waits: u8,
    pub(super) required: &'static [&'static str],
}

const fn row(
    service: &'static str,
    action: &'static str,
    waits: u8,
    required: &'static [&'static str],
) -> Optimized {
    Optimized {
        service,
        action,
        waits,
        required,
    }
}

pub(super) const OPTIMIZED: &[Optimized] = &[
    row("apigateway", "invoke", TOKEN, &["ApiEndpoint", "Method"]),
    row("athena", "startQueryExecution", SYNC, &["QueryString"]),
    row("athena", "stopQueryExecution", 0, &["QueryExecutionId"]),
    row("athena", "getQueryExecution", 0, &["QueryExecutionId"]),
    row("athena", "getQueryResults", 0, &["QueryExecutionId"]),
    row(
        "batch",
        "submitJob",
        SYNC,
        &["JobName", "JobQueue", "JobDefinition"],
    ),
    row("bedrock", "invokeModel", 0, &["ModelId"]),
    row("bedrock", "createModelCustomizationJob", SYNC, &[]),
    row("codebuild", "startBuild", SYNC, &["ProjectName"]),
    row("codebuild", "stopBuild", 0, &["Id"]),
    row("codebuild", "batchDeleteBuilds", 0, &["Ids"]),
    row("codebuild", "batchGetReports", 0, &["ReportArns"]),
    row("codebuild", "startBuildBatch", SYNC, &["ProjectName"]),
    row("codebuild", "stopBuildBatch", 0, &["Id"]),
    row("codebuild", "retryBuildBatch", SYNC, &[]),
    row("codebuild", "deleteBuildBatch", 0, &["Id"]),
    row("databrew", "startJobRun", SYNC, &["Name"]),
    row("dynamodb", "getItem", 0, &["TableName", "Key"]),
    row("dynamodb", "putItem", 0, &["TableName", "Item"]),
    row("dynamodb", "deleteItem", 0, &["TableName", "Key"]),
    row("dynamodb", "updateItem", 0, &["TableName", "Key"]),
    row("ecs", "runTask", SYNC | TOKEN, &["TaskDefinition"]),
    row(
        "eks",
        "createCluster",
        SYNC,
        &["Name", "ResourcesVpcConfig", "RoleArn"],
    ),
    row("eks", "deleteCluster", SYNC, &["Name"]),
    row(
        "eks",
        "createNodegroup",
        SYNC,
        &["ClusterName", "NodegroupName", "Subnets", "NodeRole"],
    ),
    row(
        "eks",
        "deleteNodegroup",
        SYNC,
        &["ClusterName", "NodegroupName"],
    ),
    row(
        "eks",
        "createFargateProfile",
        SYNC,
        &["ClusterName", "FargateProfileName", "PodExecutionRoleArn"],
    ),
    row(
        "eks",
        "deleteFargateProfile",
        SYNC,
        &["ClusterName", "FargateProfileName"],
    ),
    row("eks", "call", 0, &[]),
    row("eks", "runJob", SYNC, &[]),
    row("elasticmapreduce", "createCluster", SYNC, &[]),
    row("elasticmapreduce", "terminateCluster", SYNC, &["ClusterId"]),
    row("elasticmapreduce", "addStep", SYNC, &["ClusterId", "Step"]),
    row(
        "elasticmapreduce",
        "cancelStep",
        0,
        &["ClusterId", "StepId"],
    ),
    row(
        "elasticmapreduce",
        "setClusterTerminationProtection",
        0,
        &["ClusterId"],
    ),
    row(
        "elasticmapreduce",
        "modifyInstanceFleetByName",
        0,
        &["ClusterId", "InstanceFleetName"],
    ),
    row(
        "elasticmapreduce",
        "modifyInstanceGroupByName",
        0,
        &["ClusterId", "InstanceGroupName"],
    ),
    row(
        "emr-containers",
        "createVirtualCluster",
        0,
        &["Name", "ContainerProvider"],
    ),
    row("emr-containers", "deleteVirtualCluster", SYNC, &["Id"]),
    row("emr-containers", "startJobRun", SYNC, &["VirtualClusterId"]),
    row(
        "emr-serverless",
        "createApplication",
        SYNC,
        &["ReleaseLabel", "Type"],
    ),
    row(
        "emr-serverless",
        "startApplication",
        SYNC,
        &["ApplicationId"],
    ),
    row(
        "emr-serverless",
        "stopApplication",
        SYNC,
        &["ApplicationId"],
    ),
    row(
        "emr-serverless",
        "deleteApplication",
        SYNC,
        &["ApplicationId"],
    ),
    row(
        "emr-serverless",
        "startJobRun",
        SYNC,
        &["ApplicationId", "ExecutionRoleArn"],
    ),
    row(
        "emr-serverless",
        "cancelJobRun",
        SYNC,
        &["ApplicationId", "JobRunId"],
    ),
    row("events", "putEvents", TOKEN, &["Entries"]),
    row("glue", "startJobRun", SYNC, &["JobName"]),
    row("http", "invoke", 0, &["ApiEndpoint", "Method"]),
    row("lambda", "invoke", TOKEN, &["FunctionName"]),
    row("mediaconvert", "createJob", SYNC, &["Role", "Settings"]),
    row("sagemaker", "createEndpoint", 0, &[]),
    row("sagemaker", "createEndpointConfig", 0, &[]),
    row("sagemaker", "createHyperParameterTuningJob", SYNC, &[]),
    row("sagemaker", "createLabelingJob", SYNC, &[]),
    row("sagemaker", "createModel", 0, &[]),
    row("sagemaker", "createProcessingJob", SYNC, &[]),
    row("sagemaker", "createTrainingJob", SYNC, &[]),
    row("sagemaker", "createTransformJob", SYNC, &[]),
    row("sagemaker", "updateEndpoint", 0, &[]),
    row("sns", "publish", TOKEN, &["Message"]),
    row("sqs", "sendMessage", TOKEN, &["QueueUrl", "MessageBody"]),
    row(
        "states",
        "startExecution",
        SYNC | SYNC2 | TOKEN,
        &["StateMachineArn"],
    ),
];
