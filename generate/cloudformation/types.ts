/** The CloudFormation types that plans are made of, by service. A block that needs another one adds it here. */
const names = {
  ApplicationAutoScaling: "ScalableTarget ScalingPolicy",
  AutoScaling: "AutoScalingGroup ScalingPolicy",
  Backup: "BackupPlan BackupSelection BackupVault",
  CertificateManager: "Certificate",
  CloudFront: "Distribution Function KeyValueStore OriginAccessControl ResponseHeadersPolicy VpcOrigin",
  CloudTrail: "Trail",
  CloudWatch: "Alarm Dashboard",
  CodeBuild: "Project",
  CodeCommit: "Repository",
  CodeDeploy: "Application DeploymentConfig DeploymentGroup",
  CodePipeline: "Pipeline",
  DynamoDB: "Table",
  EC2: `EgressOnlyInternetGateway EIP FlowLog InternetGateway LaunchTemplate NatGateway NetworkAcl NetworkAclEntry Route RouteTable
    SecurityGroup SecurityGroupEgress SecurityGroupIngress Subnet SubnetNetworkAclAssociation SubnetRouteTableAssociation
    TransitGatewayAttachment VPC VPCCidrBlock VPCEndpoint VPCGatewayAttachment`,
  ECR: "Repository",
  ECS: "Cluster ClusterCapacityProviderAssociations Service TaskDefinition",
  ElasticLoadBalancingV2: "Listener ListenerRule LoadBalancer TargetGroup",
  Events: "Rule",
  IAM: "InstanceProfile OIDCProvider Role RolePolicy",
  KMS: "Alias Key ReplicaKey",
  Lambda: "Alias EventInvokeConfig Function Permission Version",
  Logs: "Delivery DeliveryDestination DeliverySource LogGroup MetricFilter ResourcePolicy",
  RDS: "DBInstance DBParameterGroup DBProxy DBProxyTargetGroup DBSubnetGroup",
  Route53: "HealthCheck HostedZone RecordSet",
  S3: "Bucket BucketPolicy",
  SNS: "Subscription Topic TopicPolicy",
  SQS: "Queue QueuePolicy",
  SSM: "Parameter",
  SecretsManager: "RotationSchedule Secret",
  WAFv2: "LoggingConfiguration WebACL WebACLAssociation",
};

export const types: readonly string[] = Object.entries(names).flatMap(([service, list]) =>
  list.split(/\s+/).map((name) => `AWS::${service}::${name}`),
);

/**
 * Properties that plans do without, by shape (`EC2_FlowLog`, or a shape inside one, `Lambda_Function.Code`), so that using one does not
 * compile. The first reason is that another property says the same.
 */
export const withheld: Readonly<Record<string, readonly string[]>> = {
  CodePipeline_Pipeline: ["ArtifactStore"],
  EC2_FlowLog: ["LogGroupName"],
  IAM_Role: ["Policies"],
  "Lambda_Function.Code": ["ZipFile"],
};
