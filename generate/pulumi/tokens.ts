/** The resources of @pulumi/aws that the catalog makes of a plan, by module. An entry that needs another one adds it here. */
const names = {
  acm: "Certificate CertificateValidation",
  appautoscaling: "Policy Target",
  autoscaling: "Group Policy",
  backup: "Plan Selection Vault VaultLockConfiguration",
  cloudfront: "Distribution Function KeyValueStore OriginAccessControl ResponseHeadersPolicy VpcOrigin",
  cloudtrail: "Trail",
  cloudwatch: `Dashboard EventRule EventTarget LogDelivery LogDeliveryDestination LogDeliverySource LogGroup LogMetricFilter LogResourcePolicy
    MetricAlarm`,
  codebuild: "Project",
  codecommit: "Repository",
  codedeploy: "Application DeploymentConfig DeploymentGroup",
  codepipeline: "Pipeline",
  dynamodb: "Table",
  ec2: `EgressOnlyInternetGateway Eip FlowLog InternetGateway InternetGatewayAttachment LaunchTemplate NatGateway NetworkAcl NetworkAclAssociation
    NetworkAclRule Route RouteTable RouteTableAssociation SecurityGroup Subnet Vpc VpcEndpoint VpcIpv6CidrBlockAssociation`,
  ec2transitgateway: "VpcAttachment",
  ecr: "LifecyclePolicy Repository RepositoryPolicy",
  ecs: "Cluster ClusterCapacityProviders Service TaskDefinition",
  iam: "InstanceProfile OpenIdConnectProvider Role RolePolicy RolePolicyAttachment",
  kms: "Alias Key ReplicaKey",
  lambda: "Alias Function FunctionEventInvokeConfig Permission",
  lb: "Listener ListenerRule LoadBalancer TargetGroup",
  rds: "Instance ParameterGroup Proxy ProxyDefaultTargetGroup ProxyTarget SubnetGroup",
  route53: "HealthCheck Record Zone",
  s3: `Bucket BucketLifecycleConfiguration BucketLogging BucketOwnershipControls BucketPolicy BucketPublicAccessBlock BucketReplicationConfig
    BucketObjectv2 BucketServerSideEncryptionConfiguration BucketVersioning`,
  secretsmanager: "Secret SecretRotation SecretVersion",
  sns: "Topic TopicPolicy TopicSubscription",
  sqs: "Queue QueuePolicy",
  ssm: "Parameter",
  vpc: "SecurityGroupEgressRule SecurityGroupIngressRule",
  wafv2: "WebAcl WebAclAssociation WebAclLoggingConfiguration",
};

/** `aws:lb/targetGroup:TargetGroup`, as Pulumi writes the type of a resource; and those that make passwords and names, as CloudFormation does by itself. */
export const tokens: readonly string[] = [
  ...Object.entries(names).flatMap(([module, list]) =>
    list.split(/\s+/).map((name) => `aws:${module}/${name.replace(/^./, (letter) => letter.toLowerCase())}:${name}`),
  ),
  "random:index/randomId:RandomId",
  "random:index/randomPassword:RandomPassword",
];

/** Arguments that hold the same as another one, in a form that would unroll for ever: AWS WAF's rules are `ruleJson` to us. */
export const passedOver: Readonly<Record<string, readonly string[]>> = {
  "aws:wafv2/webAcl:WebAcl": ["rules"],
};
