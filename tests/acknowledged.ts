/** What a judge found: its rule, and the resource as `<part of the stack>/<logical id>`, for a wildcard followed by what is allowed. */
export interface Finding {
  readonly judge: "cdk-nag" | "cloudformation-validate";
  readonly rule: string;
  readonly resource: string;
}

export interface Acknowledgement extends Omit<Finding, "resource"> {
  readonly resource: RegExp;
  /** Why the finding is no risk here: what the rule fears, and what meets it. */
  readonly reason: string;
}

/** Findings of the independent judges that stay. Whatever is not in this list fails a test, as does a line that nothing needs. */
export const acknowledged: readonly Acknowledgement[] = [
  {
    judge: "cloudformation-validate",
    rule: "W3010",
    resource: /^(base|logger)\/Network(Public|Private|Isolated)Subnet\d$/,
    reason:
      "The rule fears a template that is taken to another region. Here each region has a template of its own, and a zone's name in it makes the same file give the same subnets in every account; Fn::GetAZs could give other zones after AWS adds one, which would replace subnets.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-EC23",
    resource: /^base\/GroupsBalancer\w*InFromAnywhere(ByIpv6)?$/,
    reason:
      "The load balancer serves the public: port 443 only, TLS 1.2 and 1.3, and the one group in the system that the internet reaches. The copies behind it take connections from this group alone.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-EC23",
    resource: /^base\/GroupsBalancer\w*InFromTests(\d|ByIpv6)$/,
    reason:
      "cdk-nag cannot read the addresses, which CloudFormation alone knows: that of a NAT gateway of this network, one address that ends in /32, and by IPv6 the block that AWS gave this network. Both reach the port of the test listener only.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-ECS2",
    resource: /\/ServiceTask$/,
    reason:
      "The variables are PORT and what the team lists as plain settings, which the configuration documents as no place for secrets. Secrets reach builds and tasks by reference only; the rule flags any variable, whatever is in it.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-S1",
    resource: /^base\/StorageLogsBucket$/,
    reason:
      "This is where the other buckets' access logs go. Logging its own requests into itself writes an entry for every entry (Amazon S3 User Guide, server access logging); who changes the bucket is in CloudTrail.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-VPC3",
    resource: /^base\/Network(Public|Private|Isolated)Acl((In|Out)\d)?$/,
    reason:
      "The rule fears lists that replace security groups or contradict them. These stand behind the security groups as the second line that requirement B15 asks for, one list per tier, and only allow: the isolated tier reaches nothing outside the network even if a group is opened by mistake.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource: /Policy Resource::\*$/,
    reason:
      "Only actions that AWS can grant on no resource (ECR tokens, describing load balancers and task definitions) have it. Each such statement says why in its Sid, and tests/iam proves both against AWS's service authorization reference.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource: /^base\/SnapshotsSnapshotsPolicy Resource::arn:[\w-]+:rds:[\w:-]+:snapshot:[\w-]+-\*$/,
    reason:
      "A person names the snapshot in another environment's configuration, and its name has to begin with the project's. It is taken of this one database, and only looked at and shared.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource: /^pipeline\/\w+Policy Resource::<StorageArtifactsBucket\.Arn>\/\*$/,
    reason:
      "CodePipeline chooses the keys of the objects, a new one for each run. The bucket belongs to this one pipeline, and only the objects in it are allowed, not the bucket.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource: /^pipeline\/Builds(Test|Scan|Smoke)BuildPolicy Resource::arn:[\w-]+:codebuild:[\w:-]+:report-group\/[\w-]+-\*$/,
    reason:
      "CodeBuild names a report group after the project and the report in the buildspec, which the template does not know. The project's whole name stands before the wildcard.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource:
      /^(pipeline\/DeliveryPipelineDeploy|pipeline\/BuildsDeploysBuild|\w+\/AccessStageDeploy)Policy Resource::arn:[\w-]+:ecs:[\w:-]+:task-definition\/[\w-]+:\*$/,
    reason:
      "The wildcard is the revision, a number that ECS gives when the deploy stage registers it. The family before it is this service's own.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource:
      /^pipeline\/BuildsDeploysBuildPolicy Resource::\["arn:[\w-]+:ecs:[\w:-]+:service-deployment\/\$\{Cluster\}\/\$\{Service\}\/\*"/,
    reason:
      "ECS gives each deployment an id, and the build only looks at them. Cluster and service before the wildcard are this service's own.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource:
      /^(pipeline\/DeliveryPipelineApprove\w*|release\/ReleaseRelease|release\/AccessStageRelease)Policy Resource::arn:[\w-]+:kms:[\w:-]+:key\/\*$/,
    reason:
      "A condition narrows it to the key with the alias of the notices (kms:ResourceAliases) and to calls that SNS makes for the pipeline, or for who tells of a release (kms:ViaService); the key's id is in another stack.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource: /^\w+\/AccessStageDeployPolicy Resource::arn:[\w-]+:s3:::[\w-]+-artifacts-\d{12}\/\*$/,
    reason:
      "The pipeline's account is another one, and CodePipeline chooses the keys of the objects. Only reading is allowed, only in the bucket of this pipeline.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource: /^\w+\/AccessStageDeployPolicy Resource::arn:[\w-]+:kms:[\w:-]+:key\/\*$/,
    reason:
      "The key is in the account of the pipeline and its id is not known here. Conditions narrow it to decryption by S3 of objects of this pipeline's bucket, and a key of another account must allow the role by its own policy as well.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource: /^\w+\/Shift\w+DeployPolicy Resource::\["arn:[\w-]+:ecs:[\w:-]+:task-set\/\$\{Cluster\}\/\$\{Service\}\/\*"/,
    reason:
      "CodeDeploy makes a task set for each deployment, and ECS gives its id. Cluster and service before the wildcard are this service's own.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource: /^\w+\/Shift\w+DeployPolicy Resource::arn:[\w-]+:cloudwatch:[\w:-]+:alarm:\*$/,
    reason: "CodeDeploy looks at its alarms with a call that lists (cloudwatch:DescribeAlarms). It only reads, in this account and region.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource: /^(deploys|pipeline)\/\w+Policy Resource::\["\$\{BucketArn\}\/\*",\{"BucketArn":\{"Fn::GetStackOutput":.*"ArtifactBucketArn"/,
    reason:
      "CodePipeline chooses the keys of the objects, a new one for each run. The bucket of the region belongs to this one pipeline, and only the objects in it are allowed, not the bucket.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource: /^deploys\/BuildsDeploy\w+BuildPolicy Resource::arn:[\w-]+:s3:::[\w.-]+\/[\w./-]*\*$/,
    reason: "Pulumi's state: files, locks and history below the prefix in the URL of the backend, whose names Pulumi chooses.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource: /^pipeline\/Builds(Smoke|Integration)BuildPolicy Resource::arn:[\w-]+:codebuild:[\w:-]+:report-group\/[\w-]+-\*$/,
    reason:
      "CodeBuild names a report group after the project and the report in the buildspec, which the template does not know. The project's whole name stands before the wildcard.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource: /^access\/AccessStageDeployPolicy Action::[\w-]+:\*$/,
    reason:
      "This role makes and deletes everything that the plan of the environment holds. Its actions are those of the services in that plan, in its region only (Route 53 has one for all); it reads no objects, items or logs, and one build of the home account takes it on, with an external id.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource:
      /^access\/AccessStageDeployPolicy (Action::(dynamodb:\*Item|s3:(Get|Put)Object\*)|Resource::arn:[\w-]+:iam::\d+:role\/aws-service-role\/\*)$/,
    reason: "Denials, where a wildcard refuses more; and the roles that AWS's services make for themselves, whose rights AWS writes.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-VPC3",
    resource: /^logger\/Network(Public|Private|Isolated)Acl((In|Out)\d)?$/,
    reason:
      "As in the base: the second line behind the security groups, one list per tier, which only allows what stays inside the network and what the public tier needs.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-RDS2",
    resource: /^(data\/DatabaseInstance|data\/DatabaseReader\d+|standby\/DatabaseInstance)$/,
    reason:
      "CloudFormation refuses StorageEncrypted beside a snapshot or a source: the database is encrypted as its snapshot is, which is checked before the restore, and a replica as its source is, in another region by the key that it states. One that begins empty states its key, as development shows.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-RDS10",
    resource: /^data\/DatabaseInstance$/,
    reason: "Only in environments with protected: false, whose destroy must finish (D10). Elsewhere deletion is protected.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-RDS10",
    resource: /^data\/DatabaseReader\d+$/,
    reason:
      "A copy in the same region holds nothing that its source does not, and goes when fewer are wanted. The source and the replica elsewhere are protected.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-RDS3",
    resource: /^data\/DatabaseReader\d+$/,
    reason:
      "A copy that answers reads is lost without a loss of data, and another or the database itself answers in its place. What takes writes has a standby in another zone.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-RDS11",
    resource: /^(data\/DatabaseInstance|data\/DatabaseReader\d+|standby\/DatabaseInstance)$/,
    reason:
      "Requirements B08 and B12 ask for 3306. The port hides nothing: the database is in the isolated tier, and only the service's or the proxy's security group reaches it, by TLS.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-SMG4",
    resource: /^data\/Database(App)?Secret$/,
    reason:
      "The rule looks in one stack, and the schedules stand in another, `rotation`, with the function that they call. System B has none while it migrates: a restored database has the accounts of its source.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-SMG4",
    resource: /^data\/DatabaseApp[12]Secret$/,
    reason: "A copy for the proxy of what the app's secret holds in turn: the function that rotates that one writes both.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-AS3",
    resource: /^shop\/Fleets(Blue|Green)Fleet$/,
    reason:
      "Every start and end of an instance would tell people what scaling does all day. They are told of what matters: an alarm fires while a fleet has fewer instances in service than it should.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM4",
    resource:
      /^shop\/FleetsShopInstanceRole Policy::arn:[\w-]+:iam::aws:policy\/(AmazonSSMManagedInstanceCore|CloudWatchAgentServerPolicy)$/,
    reason: "Requirement B14 asks for these two: AWS keeps them in step with its own agents, which no policy of ours could.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM4",
    resource:
      /^(data|standby)\/DatabaseDatabaseMonitoringRole Policy::arn:[\w-]+:iam::aws:policy\/service-role\/AmazonRDSEnhancedMonitoringRole$/,
    reason: "The policy that RDS documents for this role. Its log group, RDSOSMetrics, is one for the whole account and of no stack.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource: /^shop\/FleetsShopInstancePolicy Resource::\["\$\{Releases\}\/\*"/,
    reason: "Instances read releases, whose keys are new each time. The bucket holds nothing else, and they may neither list it nor write.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource:
      /^(base\/StorageReleases|files\/FilesFiles)ReplicationPolicy Resource::(arn:[\w-]+:s3:::[\w-]+-(releases|files)-\d+\/\*|\["\$\{Replica\}\/\*")/,
    reason: "Amazon S3 copies every object of the one bucket to the one replica; the objects in them are all that it may touch.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource:
      /^(logger\/LoggerDeploymentLogger|release\/ReleaseRelease|rotation\/RotationRotation)Policy Resource::arn:[\w-]+:ec2:[\w-]+:\d+:\*\/\*$/,
    reason:
      "Lambda makes the function's network interfaces, whose ids nobody knows before; its guide asks for all resources of the account and region. Another statement refuses the same to the code of the function.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource: /^release\/ReleaseReleasePolicy Resource::arn:[\w-]+:lambda:[\w:-]+:function:[\w-]+-release:\*$/,
    reason:
      "The executions of this one function, whose ARNs begin with the version that each began with; AWS's guide to durable functions asks for this form.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource:
      /^release\/(ReleaseRelease|AccessStageRelease)Policy Resource::\["arn:[\w-]+:ecs:[\w:-]+:(service-revision\/\$\{Cluster\}\/\$\{Service\}|container-instance\/\$\{Cluster\}|task\/\$\{Cluster\})\/\*"/,
    reason:
      "ECS gives revisions of a service and tasks their ids. The function only looks at them, in this one cluster; what it changes are the two services, by name.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource: /^release\/(ReleaseRelease|AccessStageRelease)Policy Resource::arn:[\w-]+:ecs:[\w:-]+:task-definition\/[\w-]+:\*$/,
    reason:
      "The wildcard is the revision, a number that ECS gives when a release registers it. The family before it is this service's own.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource: /^release\/ReleaseReleasePolicy Resource::arn:[\w-]+:application-autoscaling:[\w:-]+:scalable-target\/\*$/,
    reason:
      "Application Auto Scaling gives a scalable target its id, which CloudFormation does not tell. Conditions narrow it to the copies of services of ECS with the tags of this project and environment.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-CFR1",
    resource: /^edge\/EdgeDistribution$/,
    reason:
      "The rule fears an app that should serve some countries only. Which ones is the team's own matter, and none by default; the firewall before it refuses floods and addresses of bad repute from anywhere.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-CFR3",
    resource: /^edge\/EdgeDistribution$/,
    reason:
      "cdk-nag knows the older logging only, which needs a bucket with ACLs. This distribution is logged by standard logging (v2) to CloudWatch Logs, encrypted with a key of its own (AWS::Logs::Delivery in the same stack).",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource: /^audit\/AuditTrailLogPolicy Resource::arn:[\w-]+:logs:[\w:-]+:log-group:<AuditTrailLog>:log-stream:\d+_CloudTrail_[\w-]+\*$/,
    reason:
      "CloudTrail adds to the name of its stream as it goes. Account, service and region before the wildcard are this trail's, in its own log group.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource: /^github\/GithubGithub(Deploy|Preview)Policy Resource::arn:[\w-]+:s3:::[\w.-]+\/[\w./-]*\*$/,
    reason: "Pulumi chooses the keys of its state and its history below the prefix of this project, which stands before the wildcard.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM5",
    resource: /^github\/GithubGithubDeployPolicy (Action::[\w-]+:\*|Resource::arn:[\w-]+:iam::\d+:role\/aws-service-role\/\*)$/,
    reason:
      "The role makes, changes and deletes what the plan has, so it holds the services of the plan and no other, each in the region where the plan has it, and the roles that AWS's services make for themselves. The plan's own roles are named one by one. Jobs of one protected environment of one repository take it on.",
  },
  {
    judge: "cdk-nag",
    rule: "AwsSolutions-IAM4",
    resource: /^recovery\/RecoveryBackupRole Policy::arn:[\w-]+:iam::aws:policy\/service-role\/AWSBackupServiceRolePolicyForBackup$/,
    reason:
      "AWS keeps the list of calls that AWS Backup makes for each kind of data and copy, and adds to it; AWS Backup Developer Guide, IAM service roles, says to use it. Only AWS Backup takes the role on, for this account.",
  },
];

/** The findings that no line of the list is for, and the lines of this judge that are for no finding. */
export function settle(judge: Finding["judge"], found: readonly Finding[], list = acknowledged) {
  const own = list.filter((line) => line.judge === judge);
  const fits = ({ rule, resource }: Finding, line: Acknowledgement): boolean => line.rule === rule && line.resource.test(resource);
  return {
    open: found.filter((finding) => !own.some((line) => fits(finding, line))),
    idle: own.filter((line) => !found.some((finding) => fits(finding, line))),
  };
}
