import { isOf } from "./resolve.ts";
import { type Call, calls, type RoleTable } from "./roles.ts";
import { throughBucket, type World } from "./world.ts";

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
