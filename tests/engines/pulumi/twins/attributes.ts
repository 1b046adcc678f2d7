import * as aws from "@pulumi/aws";
import type { CustomResource, Input } from "@pulumi/pulumi";
import type { Type } from "../../../../lib/plan/template.ts";

/** What `Ref` and attributes of CloudFormation are among the outputs of the provider's documentation, by hand. */
export interface Given {
  readonly type: Type;
  /** By attribute, with `Ref` among them; undefined for a resource of another class. */
  outputs(made: CustomResource): Readonly<Record<string, Input<unknown>>> | undefined;
}

/** Of a type, by the class of its resource. */
function given<R extends CustomResource>(
  type: Type,
  Class: abstract new (...args: never[]) => R,
  outputs: (made: R) => Readonly<Record<string, Input<unknown>>>,
): Given {
  return { type, outputs: (made) => (made instanceof Class ? outputs(made) : undefined) };
}

export const attributes: readonly Given[] = [
  // Of all three parts of CloudFormation's; the policies that refer to it say the other two themselves.
  given("AWS::ApplicationAutoScaling::ScalableTarget", aws.appautoscaling.Target, (one) => ({ Ref: one.resourceId })),
  given("AWS::ApplicationAutoScaling::ScalingPolicy", aws.appautoscaling.Policy, (one) => ({ Ref: one.arn, Arn: one.arn })),
  given("AWS::AutoScaling::AutoScalingGroup", aws.autoscaling.Group, (one) => ({ Ref: one.name })),
  given("AWS::AutoScaling::ScalingPolicy", aws.autoscaling.Policy, (one) => ({ Ref: one.arn, Arn: one.arn, PolicyName: one.name })),
  given("AWS::Backup::BackupPlan", aws.backup.Plan, (one) => ({ Ref: one.id, BackupPlanId: one.id, BackupPlanArn: one.arn })),
  given("AWS::Backup::BackupVault", aws.backup.Vault, (one) => ({ Ref: one.name, BackupVaultName: one.name, BackupVaultArn: one.arn })),
  given("AWS::CertificateManager::Certificate", aws.acm.Certificate, (one) => ({ Ref: one.arn })),
  given("AWS::CloudFront::Distribution", aws.cloudfront.Distribution, (one) => ({ Ref: one.id, Id: one.id, DomainName: one.domainName })),
  given("AWS::CloudFront::Function", aws.cloudfront.Function, (one) => ({
    Ref: one.arn,
    FunctionARN: one.arn,
    "FunctionMetadata.FunctionARN": one.arn,
  })),
  given("AWS::CloudFront::KeyValueStore", aws.cloudfront.KeyValueStore, (one) => ({ Ref: one.name, Arn: one.arn })),
  given("AWS::CloudFront::OriginAccessControl", aws.cloudfront.OriginAccessControl, (one) => ({ Ref: one.id, Id: one.id })),
  given("AWS::CloudFront::ResponseHeadersPolicy", aws.cloudfront.ResponseHeadersPolicy, (one) => ({ Ref: one.id, Id: one.id })),
  given("AWS::CloudFront::VpcOrigin", aws.cloudfront.VpcOrigin, (one) => ({ Ref: one.id, Id: one.id })),
  given("AWS::CloudTrail::Trail", aws.cloudtrail.Trail, (one) => ({ Ref: one.name, Arn: one.arn })),
  given("AWS::CloudWatch::Alarm", aws.cloudwatch.MetricAlarm, (one) => ({ Ref: one.name })),
  given("AWS::CloudWatch::Dashboard", aws.cloudwatch.Dashboard, (one) => ({ Ref: one.dashboardName })),
  given("AWS::CodeBuild::Project", aws.codebuild.Project, (one) => ({ Ref: one.name, Arn: one.arn })),
  given("AWS::CodeCommit::Repository", aws.codecommit.Repository, (one) => ({
    Ref: one.repositoryId,
    Arn: one.arn,
    Name: one.repositoryName,
    CloneUrlHttp: one.cloneUrlHttp,
    CloneUrlSsh: one.cloneUrlSsh,
  })),
  given("AWS::CodeDeploy::Application", aws.codedeploy.Application, (one) => ({ Ref: one.name })),
  given("AWS::CodeDeploy::DeploymentConfig", aws.codedeploy.DeploymentConfig, (one) => ({ Ref: one.deploymentConfigName })),
  given("AWS::CodeDeploy::DeploymentGroup", aws.codedeploy.DeploymentGroup, (one) => ({ Ref: one.deploymentGroupName })),
  given("AWS::CodePipeline::Pipeline", aws.codepipeline.Pipeline, (one) => ({ Ref: one.name })),
  given("AWS::DynamoDB::Table", aws.dynamodb.Table, (one) => ({ Ref: one.name, Arn: one.arn })),
  given("AWS::EC2::EgressOnlyInternetGateway", aws.ec2.EgressOnlyInternetGateway, (one) => ({ Ref: one.id })),
  given("AWS::EC2::EIP", aws.ec2.Eip, (one) => ({ Ref: one.publicIp, PublicIp: one.publicIp, AllocationId: one.allocationId })),
  given("AWS::EC2::InternetGateway", aws.ec2.InternetGateway, (one) => ({ Ref: one.id })),
  given("AWS::EC2::LaunchTemplate", aws.ec2.LaunchTemplate, (one) => ({
    Ref: one.id,
    LaunchTemplateId: one.id,
    LatestVersionNumber: one.latestVersion,
    DefaultVersionNumber: one.defaultVersion,
  })),
  given("AWS::EC2::NatGateway", aws.ec2.NatGateway, (one) => ({ Ref: one.id })),
  given("AWS::EC2::NetworkAcl", aws.ec2.NetworkAcl, (one) => ({ Ref: one.id })),
  given("AWS::EC2::RouteTable", aws.ec2.RouteTable, (one) => ({ Ref: one.id })),
  given("AWS::EC2::SecurityGroup", aws.ec2.SecurityGroup, (one) => ({ Ref: one.id, GroupId: one.id, VpcId: one.vpcId })),
  given("AWS::EC2::Subnet", aws.ec2.Subnet, (one) => ({ Ref: one.id })),
  given("AWS::EC2::TransitGatewayAttachment", aws.ec2transitgateway.VpcAttachment, (one) => ({ Ref: one.id, Id: one.id })),
  given("AWS::EC2::VPC", aws.ec2.Vpc, (one) => ({
    Ref: one.id,
    DefaultSecurityGroup: one.defaultSecurityGroupId,
    DefaultNetworkAcl: one.defaultNetworkAclId,
  })),
  given("AWS::ECR::Repository", aws.ecr.Repository, (one) => ({ Ref: one.name, Arn: one.arn, RepositoryUri: one.repositoryUrl })),
  given("AWS::ECS::Cluster", aws.ecs.Cluster, (one) => ({ Ref: one.name })),
  given("AWS::ECS::Service", aws.ecs.Service, (one) => ({ Ref: one.id, ServiceArn: one.id, Name: one.name })),
  given("AWS::ECS::TaskDefinition", aws.ecs.TaskDefinition, (one) => ({ Ref: one.arn, TaskDefinitionArn: one.arn })),
  given("AWS::ElasticLoadBalancingV2::Listener", aws.lb.Listener, (one) => ({ Ref: one.arn, ListenerArn: one.arn })),
  given("AWS::ElasticLoadBalancingV2::ListenerRule", aws.lb.ListenerRule, (one) => ({ Ref: one.arn, RuleArn: one.arn })),
  given("AWS::ElasticLoadBalancingV2::LoadBalancer", aws.lb.LoadBalancer, (one) => ({
    Ref: one.arn,
    LoadBalancerArn: one.arn,
    LoadBalancerFullName: one.arnSuffix,
    DNSName: one.dnsName,
    CanonicalHostedZoneID: one.zoneId,
  })),
  given("AWS::ElasticLoadBalancingV2::TargetGroup", aws.lb.TargetGroup, (one) => ({
    Ref: one.arn,
    TargetGroupArn: one.arn,
    TargetGroupFullName: one.arnSuffix,
    TargetGroupName: one.name,
  })),
  given("AWS::Events::Rule", aws.cloudwatch.EventRule, (one) => ({ Ref: one.name, Arn: one.arn })),
  given("AWS::IAM::InstanceProfile", aws.iam.InstanceProfile, (one) => ({ Ref: one.name })),
  given("AWS::IAM::OIDCProvider", aws.iam.OpenIdConnectProvider, (one) => ({ Ref: one.arn, Arn: one.arn })),
  given("AWS::IAM::Role", aws.iam.Role, (one) => ({ Ref: one.name, Arn: one.arn, RoleId: one.uniqueId })),
  given("AWS::KMS::Alias", aws.kms.Alias, (one) => ({ Ref: one.name })),
  given("AWS::KMS::Key", aws.kms.Key, (one) => ({ Ref: one.keyId, Arn: one.arn })),
  given("AWS::KMS::ReplicaKey", aws.kms.ReplicaKey, (one) => ({ Ref: one.keyId, Arn: one.arn })),
  given("AWS::Lambda::Alias", aws.lambda.Alias, (one) => ({ Ref: one.arn, AliasArn: one.arn })),
  given("AWS::Lambda::Function", aws.lambda.Function, (one) => ({ Ref: one.name, Arn: one.arn })),
  given("AWS::Lambda::Version", aws.lambda.Function, (one) => ({
    Ref: one.qualifiedArn,
    FunctionArn: one.qualifiedArn,
    Version: one.version,
  })),
  given("AWS::Logs::DeliveryDestination", aws.cloudwatch.LogDeliveryDestination, (one) => ({ Ref: one.name, Arn: one.arn })),
  given("AWS::Logs::DeliverySource", aws.cloudwatch.LogDeliverySource, (one) => ({ Ref: one.name })),
  given("AWS::Logs::LogGroup", aws.cloudwatch.LogGroup, (one) => ({ Ref: one.name, Arn: one.arn.apply((arn) => `${arn}:*`) })),
  given("AWS::RDS::DBInstance", aws.rds.Instance, (one) => ({
    Ref: one.identifier,
    DBInstanceArn: one.arn,
    DbiResourceId: one.resourceId,
    "Endpoint.Address": one.address,
    "Endpoint.Port": one.port,
    "Endpoint.HostedZoneId": one.hostedZoneId,
    "MasterUserSecret.SecretArn": one.masterUserSecrets.apply(([first]) => first?.secretArn),
  })),
  given("AWS::RDS::DBParameterGroup", aws.rds.ParameterGroup, (one) => ({ Ref: one.name })),
  given("AWS::RDS::DBProxy", aws.rds.Proxy, (one) => ({ Ref: one.name, DBProxyArn: one.arn, Endpoint: one.endpoint })),
  given("AWS::RDS::DBProxyTargetGroup", aws.rds.ProxyDefaultTargetGroup, (one) => ({ Ref: one.arn, TargetGroupArn: one.arn })),
  given("AWS::RDS::DBSubnetGroup", aws.rds.SubnetGroup, (one) => ({ Ref: one.name })),
  given("AWS::Route53::HealthCheck", aws.route53.HealthCheck, (one) => ({ Ref: one.id, HealthCheckId: one.id })),
  given("AWS::Route53::HostedZone", aws.route53.Zone, (one) => ({ Ref: one.zoneId, Id: one.zoneId, NameServers: one.nameServers })),
  given("AWS::Route53::RecordSet", aws.route53.Record, (one) => ({ Ref: one.name })),
  given("AWS::S3::Bucket", aws.s3.Bucket, (one) => ({
    Ref: one.bucket,
    Arn: one.arn,
    DomainName: one.bucketDomainName,
    RegionalDomainName: one.bucketRegionalDomainName,
  })),
  given("AWS::SNS::Topic", aws.sns.Topic, (one) => ({ Ref: one.arn, TopicArn: one.arn })),
  given("AWS::SQS::Queue", aws.sqs.Queue, (one) => ({ Ref: one.url, Arn: one.arn })),
  given("AWS::SSM::Parameter", aws.ssm.Parameter, (one) => ({ Ref: one.name })),
  given("AWS::SecretsManager::Secret", aws.secretsmanager.Secret, (one) => ({ Ref: one.arn, Id: one.arn })),
  given("AWS::WAFv2::WebACL", aws.wafv2.WebAcl, (one) => ({ Arn: one.arn, Id: one.id })),
];
