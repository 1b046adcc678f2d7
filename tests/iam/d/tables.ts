import { type Call, calls, type RoleTable } from "../roles.ts";
import {
  application,
  artifacts,
  at,
  called,
  deployGroup,
  deploySteps,
  dockerHub,
  family,
  group,
  keyOf,
  listeners,
  notices,
  pipelineArn,
  project,
  registry,
  reports,
  repository,
  roleArn,
  service,
  stream,
  taskSet,
  through,
} from "./places.ts";

const throughS3 = { "kms:ViaService": "s3.eu-west-1.amazonaws.com" };
const sealed = {
  "s3:x-amz-server-side-encryption": "aws:kms",
  "s3:x-amz-server-side-encryption-aws-kms-key-id": keyOf("artifacts"),
};

// Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys": who reads decrypts; who writes makes a data key and, for an object
// in parts, also decrypts. The actions on the bucket: CodePipeline User Guide, "Manage the CodePipeline service role"; AWS CodeBuild User Guide,
// "Allow CodeBuild to interact with other AWS services" (S3BucketIdentity).
export const readsArtifacts: readonly Call[] = [
  ...calls(`${artifacts}/shop/Source/a`, ["s3:GetObject", "s3:GetObjectVersion"]),
  ...calls(artifacts, ["s3:GetBucketAcl", "s3:GetBucketLocation"]),
  ...calls(keyOf("artifacts"), ["kms:Decrypt"], throughS3),
];
export const writesArtifacts: readonly Call[] = [
  ...calls(`${artifacts}/shop/Image/b`, ["s3:PutObject"], sealed),
  ...calls(keyOf("artifacts"), ["kms:GenerateDataKey"], throughS3),
];

// AWS CodeBuild User Guide, "Allow CodeBuild to interact with other AWS services" (the group is there, so none is created).
export const writesLog = (name: string): readonly Call[] => calls(stream(name), ["logs:CreateLogStream", "logs:PutLogEvents"]);

// AWS CodeBuild User Guide, "Test report permissions"; the reports are those of assets/buildspecs.
const testReports = ["codebuild:CreateReportGroup", "codebuild:CreateReport", "codebuild:UpdateReport", "codebuild:BatchPutTestCases"];

// Amazon ECR User Guide, "Private registry authentication"; Amazon ECS Developer Guide, "Amazon ECS task execution IAM role": with a key of
// one's own no more, as Amazon ECR uses it by a grant ("Encryption at rest").
const pullsImage: readonly Call[] = [
  ...calls("*", ["ecr:GetAuthorizationToken"]),
  ...calls(registry, ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]),
];

// Amazon ECS Developer Guide, "Amazon ECS CodeDeploy IAM Role": whoever starts tasks passes their roles, here the two of the service.
export const passesTaskRoles: readonly Call[] = calls([roleArn("web-execution"), roleArn("web-task")], ["iam:PassRole"], {
  "iam:PassedToService": "ecs-tasks.amazonaws.com",
});

export const passesElsewhere: readonly Call[] = [
  ...calls(roleArn("web-task"), ["iam:PassRole"], { "iam:PassedToService": "lambda.amazonaws.com" }),
  ...calls([roleArn("pipeline"), roleArn("image-build")], ["iam:PassRole"], { "iam:PassedToService": "ecs-tasks.amazonaws.com" }),
];

// CodePipeline User Guide, "AWS CodeBuild build and test action reference": service role permissions. StopBuild is not there; AWS's own CDK
// grants it (aws-codepipeline-actions, CodeBuildAction), so that a stopped run does not leave its build behind.
export const runsBuildsOf = (thing: string): RoleTable => ({
  takenOnBy: roleArn("pipeline"),
  must: calls(project(thing), ["codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"]),
  never: [...readsArtifacts, ...writesArtifacts, ...calls(project(thing), ["codebuild:UpdateProject", "codebuild:DeleteProject"])],
});

/** For each role of system D, by its name without project, environment and region: the calls it must make. */
export const tables: Readonly<Record<string, RoleTable>> = {
  "flow-log": {
    takenOnBy: "vpc-flow-logs.amazonaws.com",
    // Amazon VPC User Guide, "IAM role for publishing flow logs to CloudWatch Logs" (the group is there, and named).
    must: [...writesLog("flow"), ...calls(group("flow"), ["logs:DescribeLogStreams"])],
    never: calls(group("flow"), ["logs:DeleteLogGroup", "logs:PutRetentionPolicy"]),
  },
  "web-execution": {
    takenOnBy: "ecs-tasks.amazonaws.com",
    // Amazon ECS Developer Guide, "Amazon ECS task execution IAM role".
    must: [...pullsImage, ...writesLog("web")],
    never: calls(dockerHub, ["ssm:GetParameters"]),
  },
  // What an app of its own calls is the team's to grant.
  "web-task": { takenOnBy: "ecs-tasks.amazonaws.com", must: [], never: [...pullsImage, ...writesLog("web"), ...readsArtifacts] },
  "web-deploy": {
    takenOnBy: "codedeploy.amazonaws.com",
    // AWS managed policy AWSCodeDeployRoleForECSLimited, without hooks, triggers, rules of listeners and revisions in S3, which D has not.
    must: [
      ...calls(service, ["ecs:DescribeServices", "ecs:UpdateServicePrimaryTaskSet"]),
      ...calls(taskSet, ["ecs:CreateTaskSet", "ecs:DeleteTaskSet"]),
      ...calls("*", [
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTargetGroups",
      ]),
      ...calls(listeners, ["elasticloadbalancing:ModifyListener"]),
      // Amazon CloudWatch API reference, DescribeAlarms: a narrower permission does not see all kinds of alarms.
      ...calls(at("cloudwatch", "alarm:*"), ["cloudwatch:DescribeAlarms"]),
      ...passesTaskRoles,
    ],
    never: [
      ...passesElsewhere,
      ...calls(at("ecs", `service/${called("cluster")}/other`), ["ecs:UpdateServicePrimaryTaskSet"]),
      ...calls(at("ecs", `task-set/${called("cluster")}/other/ecs-svc-1`), ["ecs:CreateTaskSet", "ecs:DeleteTaskSet"]),
      ...calls(at("elasticloadbalancing", "listener/app/other/0123456789abcdef/0123456789abcdef"), ["elasticloadbalancing:ModifyListener"]),
      ...calls(listeners, ["elasticloadbalancing:DeleteListener"]),
    ],
  },
  "test-build": {
    takenOnBy: "codebuild.amazonaws.com",
    must: [
      ...writesLog("test"),
      ...readsArtifacts,
      ...calls(reports("test", "unit"), testReports),
      ...calls(reports("test", "coverage"), ["codebuild:BatchPutCodeCoverages"]),
    ],
    // It runs what a commit says, before anybody has looked at the commit.
    never: [...writesArtifacts, ...pullsImage, ...calls(dockerHub, ["ssm:GetParameters"])],
  },
  "image-build": {
    takenOnBy: "codebuild.amazonaws.com",
    must: [
      ...writesLog("image"),
      ...readsArtifacts,
      ...writesArtifacts,
      ...pullsImage,
      // Amazon ECR User Guide, "IAM permissions for pushing an image to an Amazon ECR private repository".
      ...calls(registry, ["ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"]),
      // assets/buildspecs/image.yml starts from the newest revision.
      ...calls("*", ["ecs:DescribeTaskDefinition"]),
      // AWS CodeBuild User Guide, "Build specification reference": env/parameter-store.
      ...calls(dockerHub, ["ssm:GetParameters"]),
    ],
    never: [
      ...calls(registry, ["ecr:BatchDeleteImage", "ecr:DeleteRepository", "ecr:PutImageTagMutability"]),
      ...calls(family, ["ecs:RegisterTaskDefinition"]),
      ...calls(at("ssm", "parameter/shop/other"), ["ssm:GetParameters"]),
    ],
  },
  "scan-build": {
    takenOnBy: "codebuild.amazonaws.com",
    // Its results go to the bucket of the artifacts (assets/buildspecs/scan.yml: RESULTS_URI), without saying how to encrypt them.
    must: [
      ...writesLog("scan"),
      ...readsArtifacts,
      ...writesArtifacts,
      ...calls(`${artifacts}/scan-results/1/findings.json`, ["s3:PutObject"]),
      ...pullsImage,
      ...calls(reports("scan", "findings"), testReports),
    ],
    never: calls(registry, ["ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage"]),
  },
  pipeline: {
    takenOnBy: "codepipeline.amazonaws.com",
    must: [
      // CodePipeline User Guide, "Manage the CodePipeline service role". Not s3:PutObjectAcl: the bucket has no ACLs and is of this account.
      ...readsArtifacts,
      ...writesArtifacts,
      ...calls(artifacts, ["s3:GetBucketVersioning"]),
      // CodePipeline structure reference, "roleArn" of an action: the role of the pipeline takes it on.
      ...calls(
        ["source", "test", "image", "scan", "approve", "deploy"].map((stage) => roleArn(`pipeline-${stage}`)),
        ["sts:AssumeRole"],
      ),
    ],
    never: [
      ...calls(project("image"), ["codebuild:StartBuild"]),
      ...calls(deployGroup, ["codedeploy:CreateDeployment"]),
      ...calls(pipelineArn, ["codepipeline:UpdatePipeline"]),
    ],
  },
  "pipeline-source": {
    takenOnBy: roleArn("pipeline"),
    must: [
      ...readsArtifacts,
      ...writesArtifacts,
      // CodePipeline User Guide, "CodeCommit source action reference": service role permissions.
      ...calls(repository, [
        "codecommit:CancelUploadArchive",
        "codecommit:GetBranch",
        "codecommit:GetCommit",
        "codecommit:GetRepository",
        "codecommit:GetUploadArchiveStatus",
        "codecommit:UploadArchive",
      ]),
    ],
    never: calls(repository, ["codecommit:GitPush", "codecommit:DeleteBranch", "codecommit:PutFile", "codecommit:DeleteRepository"]),
  },
  "pipeline-test": runsBuildsOf("test"),
  "pipeline-image": runsBuildsOf("image"),
  "pipeline-scan": runsBuildsOf("scan"),
  "pipeline-approve": {
    takenOnBy: roleArn("pipeline"),
    // CodePipeline User Guide, "Grant Amazon SNS permissions to a CodePipeline service role"; Amazon SNS Developer Guide, "Managing Amazon SNS
    // encryption keys and costs": who publishes to an encrypted topic makes a data key and decrypts.
    must: [
      ...calls(notices, ["sns:Publish"]),
      ...calls(keyOf("notices"), ["kms:Decrypt", "kms:GenerateDataKey"], through("sns", "notices")),
    ],
    // Who asks does not answer, and uses the key for nothing but asking.
    never: [
      ...calls(`${pipelineArn}/Approval/Approve`, ["codepipeline:PutApprovalResult"]),
      ...calls(keyOf("notices"), ["kms:Decrypt", "kms:GenerateDataKey"], through("s3", "notices")),
    ],
  },
  "pipeline-deploy": {
    takenOnBy: roleArn("pipeline"),
    must: [
      ...readsArtifacts,
      // CodePipeline User Guide, "Amazon ECS and CodeDeploy blue-green deploy action reference": service role permissions.
      ...calls(application, ["codedeploy:GetApplication", "codedeploy:GetApplicationRevision", "codedeploy:RegisterApplicationRevision"]),
      ...calls(deployGroup, ["codedeploy:CreateDeployment", "codedeploy:GetDeployment"]),
      ...calls(deploySteps, ["codedeploy:GetDeploymentConfig"]),
      ...calls(family, ["ecs:RegisterTaskDefinition"]),
      ...calls(family, ["ecs:TagResource"], { "ecs:CreateAction": "RegisterTaskDefinition" }),
      ...passesTaskRoles,
    ],
    never: [
      ...passesElsewhere,
      ...writesArtifacts,
      ...calls(family, ["ecs:TagResource"]),
      ...calls(family, ["ecs:TagResource"], { "ecs:CreateAction": "RunTask" }),
      ...calls(at("ecs", `task-definition/${called("other")}:1`), ["ecs:RegisterTaskDefinition"]),
      ...calls(at("codedeploy", `deploymentgroup:${called("web")}/other`), ["codedeploy:CreateDeployment"]),
      ...calls(deployGroup, ["codedeploy:UpdateDeploymentGroup", "codedeploy:DeleteDeploymentGroup"]),
      ...calls(service, ["ecs:UpdateService"]),
    ],
  },
  start: {
    takenOnBy: "events.amazonaws.com",
    // Amazon EventBridge User Guide, "Amazon EventBridge and AWS Identity and Access Management": CodePipeline as a target.
    must: calls(pipelineArn, ["codepipeline:StartPipelineExecution"]),
    never: calls(`${pipelineArn}/Approval/Approve`, ["codepipeline:PutApprovalResult"]),
  },
};
