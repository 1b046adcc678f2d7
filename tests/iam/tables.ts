import { isOf } from "./resolve.ts";
import { type Call, calls, type RoleTable } from "./roles.ts";
import { through, throughBucket, type World } from "./world.ts";

// AWS CodeBuild User Guide, "Allow CodeBuild to interact with other AWS services" (the group is there, so none is created).
export const writesLog = ({ stream }: World, name: string): readonly Call[] =>
  calls(stream(name), ["logs:CreateLogStream", "logs:PutLogEvents"]);

// Amazon VPC User Guide, "IAM role for publishing flow logs to CloudWatch Logs" (the group is there, and named).
export const flowLog = (world: World): RoleTable => ({
  takenOnBy: "vpc-flow-logs.amazonaws.com",
  must: [...writesLog(world, "flow"), ...calls(world.group("flow"), ["logs:DescribeLogStreams"])],
  never: [
    ...calls(world.group("flow"), ["logs:DeleteLogGroup", "logs:PutRetentionPolicy"]),
    ...calls(world.stream("flows"), ["logs:CreateLogStream", "logs:PutLogEvents"]),
  ],
});

// AWS CodeBuild User Guide, "Test report permissions".
export const testReports = [
  "codebuild:CreateReportGroup",
  "codebuild:CreateReport",
  "codebuild:UpdateReport",
  "codebuild:BatchPutTestCases",
];

// Amazon ECR User Guide, "Private registry authentication"; Amazon ECS Developer Guide, "Amazon ECS task execution IAM role": with a key of
// one's own no more, as Amazon ECR uses it by a grant ("Encryption at rest").
export const pullsImage = (registry: string): readonly Call[] => [
  ...calls("*", ["ecr:GetAuthorizationToken"]),
  ...calls(registry, ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]),
];

// Amazon ECR User Guide, "IAM permissions for pushing an image to an Amazon ECR private repository".
export const pushes = ["ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"];

// Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys": who reads decrypts; who writes makes a data key and, for an object
// in parts, also decrypts. The actions on the bucket: CodePipeline User Guide, "Manage the CodePipeline service role"; AWS CodeBuild User Guide,
// "Allow CodeBuild to interact with other AWS services" (S3BucketIdentity).
export function artifactsOf({ bucket, keyOf, region }: World): { readonly reads: readonly Call[]; readonly writes: readonly Call[] } {
  const store = bucket("artifacts");
  const key = keyOf("artifacts");
  const sealed = { "s3:x-amz-server-side-encryption": "aws:kms", "s3:x-amz-server-side-encryption-aws-kms-key-id": key };
  return {
    reads: [
      ...calls(`${store}/any/Source/a`, ["s3:GetObject", "s3:GetObjectVersion"]),
      ...calls(store, ["s3:GetBucketAcl", "s3:GetBucketLocation"]),
      ...calls(key, ["kms:Decrypt"], throughBucket(region, store)),
    ],
    writes: [
      ...calls(`${store}/any/Image/b`, ["s3:PutObject"], sealed),
      ...calls(key, ["kms:GenerateDataKey"], throughBucket(region, store)),
    ],
  };
}

// CodePipeline User Guide, "AWS CodeBuild build and test action reference": service role permissions. StopBuild is not there; AWS's own CDK
// grants it (aws-codepipeline-actions, CodeBuildAction), so that a stopped run does not leave its build behind.
export const runsBuild = (conductor: string, project: string, never: readonly Call[]): RoleTable => ({
  takenOnBy: conductor,
  must: calls(project, ["codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"]),
  never: [...never, ...calls(project, ["codebuild:UpdateProject", "codebuild:DeleteProject"])],
});

/** A service that CodeDeploy shifts. */
export interface Shifted {
  readonly service: string;
  readonly cluster: string;
}

export const passesRoles = (world: World, service: string) => ({
  // Amazon ECS Developer Guide, "Amazon ECS CodeDeploy IAM Role": whoever starts tasks passes their roles, here the two of the service.
  taskRoles: calls([world.roleArn(`${service}-execution`), world.roleArn(`${service}-task`)], ["iam:PassRole"], {
    "iam:PassedToService": "ecs-tasks.amazonaws.com",
  }),
  elsewhere: [
    ...calls(world.roleArn(`${service}-task`), ["iam:PassRole"], { "iam:PassedToService": "lambda.amazonaws.com" }),
    ...calls([world.roleArn("stage-deploy"), world.roleArn(`${service}-deploy`)], ["iam:PassRole"], {
      "iam:PassedToService": "ecs-tasks.amazonaws.com",
    }),
  ],
});

// AWS managed policy AWSCodeDeployRoleForECSLimited, without hooks, triggers, rules of listeners and revisions in S3, which there are not.
export function shifts(world: World, { service, cluster }: Shifted): RoleTable {
  const { at, called } = world;
  const [listener = ""] = listenersOf(world);
  const { taskRoles, elsewhere } = passesRoles(world, service);
  return {
    takenOnBy: "codedeploy.amazonaws.com",
    must: [
      ...calls(at("ecs", `service/${cluster}/${called(service)}`), ["ecs:DescribeServices", "ecs:UpdateServicePrimaryTaskSet"]),
      ...calls(at("ecs", `task-set/${cluster}/${called(service)}/ecs-svc-1`), ["ecs:CreateTaskSet", "ecs:DeleteTaskSet"]),
      ...calls("*", [
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTargetGroups",
      ]),
      ...calls(listenersOf(world), ["elasticloadbalancing:ModifyListener"]),
      // Amazon CloudWatch API reference, DescribeAlarms: a narrower permission does not see all kinds of alarms.
      ...calls(at("cloudwatch", "alarm:*"), ["cloudwatch:DescribeAlarms"]),
      ...taskRoles,
    ],
    never: [
      ...elsewhere,
      ...calls(at("ecs", `service/${cluster}/other`), ["ecs:UpdateServicePrimaryTaskSet"]),
      // On a balancer that exists others have listeners too.
      ...calls(listener.replace(/[0-9a-f]+$/, "0123456789abcdef"), ["elasticloadbalancing:ModifyListener"]),
      ...calls(listenersOf(world), ["elasticloadbalancing:DeleteListener"]),
    ],
  };
}

/** AWS chooses their names. */
export const listenersOf = ({ resolved }: World): readonly string[] =>
  resolved.plan.stacks.flatMap((stack) =>
    stack.resources.filter(isOf("AWS::ElasticLoadBalancingV2::Listener")).map(({ id }) => resolved.of(stack.part, id)),
  );

/** Two buckets, of which one takes copies of what is in the other, each with its region and its key. */
export interface Copied {
  readonly from: Side;
  readonly to: Side;
}

interface Side {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
}

// Amazon S3 User Guide, "Setting up permissions for live replication", "Replicating encrypted objects". Of what those pages name a copy that
// keeps its owner and deletes nothing needs no s3:ReplicateDelete and no s3:ObjectOwnerOverrideToBucketOwner.
export function replicates({ from, to }: Copied): RoleTable {
  const theirs = `${from.bucket}/any/1.tar.gz`;
  const ours = `${to.bucket}/any/1.tar.gz`;
  const sealed = throughBucket(to.region, to.bucket);
  const opened = throughBucket(from.region, from.bucket);
  const seals = ["kms:Encrypt", "kms:GenerateDataKey"];
  return {
    takenOnBy: "s3.amazonaws.com",
    // The trust policy of that page has no condition.
    namesNoAccount: true,
    must: [
      ...calls(from.bucket, ["s3:GetReplicationConfiguration", "s3:ListBucket"]),
      ...calls(theirs, ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"]),
      ...calls(ours, ["s3:ReplicateObject", "s3:ReplicateTags"]),
      ...calls(from.key, ["kms:Decrypt"], opened),
      ...calls(to.key, seals, sealed),
    ],
    never: [
      // What is deleted here stays there.
      ...calls(ours, ["s3:ReplicateDelete", "s3:DeleteObject", "s3:PutObject", "s3:GetObject"]),
      ...calls(theirs, ["s3:ReplicateObject", "s3:PutObject"]),
      ...calls(to.bucket, ["s3:ListBucket", "s3:PutReplicationConfiguration"]),
      ...calls(from.key, ["kms:Decrypt"], throughBucket(from.region, to.bucket)),
      ...calls(from.key, ["kms:Decrypt"], { ...opened, "kms:ViaService": `ssm.${from.region}.amazonaws.com` }),
      ...calls(to.key, seals, { ...sealed, "kms:ViaService": `s3.${from.region}.amazonaws.com` }),
      ...calls(to.key, seals, throughBucket(to.region, from.bucket)),
      ...calls(to.key, ["kms:Decrypt"], sealed),
    ],
  };
}

/** A function of ours in the network: what it must whatever it does, beside its own. */
export function inNetwork(world: World, thing: string, own: Pick<RoleTable, "must" | "never">): RoleTable {
  const { at, called, keyOf, region } = world;
  const lost = keyOf(`${thing}-lost`);
  const queue = at("sqs", called(`${thing}-lost`));
  const throughQueue = through(world, "sqs", `${thing}-lost`);
  const made = at("ec2", "network-interface/eni-0123456789abcdef0");
  // AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC": required IAM permissions.
  const joins = [
    ...calls(made, ["ec2:AssignPrivateIpAddresses", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"]),
    ...calls([made, at("ec2", "subnet/subnet-1"), at("ec2", "security-group/sg-1")], ["ec2:CreateNetworkInterface"]),
    ...calls("*", ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"]),
  ];
  return {
    takenOnBy: "lambda.amazonaws.com",
    // AWS Lambda Developer Guide, "Defining Lambda function permissions with an execution role": the trust policy has no condition.
    namesNoAccount: true,
    must: [
      ...writesLog(world, thing),
      // AWS Lambda Developer Guide, "Adding a dead-letter queue"; Amazon SQS Developer Guide, "Key management": producers.
      ...calls(queue, ["sqs:SendMessage"]),
      ...calls(lost, ["kms:Decrypt", "kms:GenerateDataKey"], throughQueue),
      // AWS Lambda Developer Guide, "Visualize Lambda function invocations using AWS X-Ray".
      ...calls("*", ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]),
      ...joins,
      ...own.must,
    ],
    never: [
      // Lambda joins the network, and the code of the function does not: of its own requests Lambda says whose they are.
      ...joins.map((call) => ({ ...call, context: { "lambda:SourceFunctionArn": at("lambda", `function:${called(thing)}`) } })),
      ...calls(queue, ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:PurgeQueue"]),
      ...calls(lost, ["kms:Decrypt", "kms:GenerateDataKey"], { ...throughQueue, "kms:ViaService": `s3.${region}.amazonaws.com` }),
      ...(own.never ?? []),
    ],
  };
}

const reads = ["secretsmanager:GetSecretValue"];

// Amazon RDS User Guide, "Setting up database credentials for RDS Proxy": these secrets, and the key that they lie under.
export const opensDatabase = (world: World, secrets: readonly string[], others: readonly string[]): RoleTable => ({
  takenOnBy: "rds.amazonaws.com",
  must: [...calls(secrets, reads), ...calls(world.keyOf("secrets"), ["kms:Decrypt"], through(world, "secretsmanager", "secrets"))],
  never: [
    ...calls(secrets, ["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecret"]),
    ...calls(others, reads),
    ...calls(world.keyOf("secrets"), ["kms:Decrypt"], through(world, "ssm", "secrets")),
  ],
});

// Amazon RDS User Guide, "Setting up and enabling Enhanced Monitoring": it writes to the account's log RDSOSMetrics.
export const watchesDatabase: RoleTable = {
  takenOnBy: "monitoring.rds.amazonaws.com",
  must: [],
  managed: ["service-role/AmazonRDSEnhancedMonitoringRole"],
};
