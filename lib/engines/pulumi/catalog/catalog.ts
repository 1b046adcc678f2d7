import { UserError } from "../../../base/errors.ts";
import { nearest } from "../../../config/nearest.ts";
import type { Type } from "../../../plan/template.ts";
import type { Entry } from "../entry.ts";
import { certificate } from "./acm.ts";
import * as applicationAutoScaling from "./application-autoscaling.ts";
import * as autoscaling from "./autoscaling.ts";
import * as backup from "./backup.ts";
import * as cloudfront from "./cloudfront.ts";
import { trail } from "./cloudtrail.ts";
import * as cloudwatch from "./cloudwatch.ts";
import { project } from "./codebuild.ts";
import * as codecommit from "./codecommit.ts";
import * as codedeploy from "./codedeploy.ts";
import { pipeline } from "./codepipeline.ts";
import { table } from "./dynamodb.ts";
import * as ec2 from "./ec2.ts";
import { repository } from "./ecr.ts";
import * as ecs from "./ecs.ts";
import * as elbv2 from "./elbv2.ts";
import { eventRule } from "./events.ts";
import * as iam from "./iam.ts";
import * as kms from "./kms.ts";
import * as lambda from "./lambda.ts";
import * as logs from "./logs.ts";
import * as rds from "./rds.ts";
import * as route53 from "./route53.ts";
import * as s3 from "./s3.ts";
import { rotationSchedule, secret } from "./secretsmanager.ts";
import * as sns from "./sns.ts";
import * as sqs from "./sqs.ts";
import { parameter } from "./ssm.ts";
import * as wafv2 from "./wafv2.ts";

/** Every CloudFormation type of our plans. A type without an entry does not compile. Where two are one Pulumi resource, reading takes the first. */
export const catalog: Readonly<Record<Type, Entry>> = {
  "AWS::ApplicationAutoScaling::ScalableTarget": applicationAutoScaling.target,
  "AWS::ApplicationAutoScaling::ScalingPolicy": applicationAutoScaling.policy,
  "AWS::AutoScaling::AutoScalingGroup": autoscaling.group,
  "AWS::AutoScaling::ScalingPolicy": autoscaling.policy,
  "AWS::Backup::BackupPlan": backup.plan,
  "AWS::Backup::BackupSelection": backup.selection,
  "AWS::Backup::BackupVault": backup.vault,
  "AWS::CertificateManager::Certificate": certificate,
  "AWS::CloudFront::Distribution": cloudfront.distribution,
  "AWS::CloudFront::Function": cloudfront.cloudFrontFunction,
  "AWS::CloudFront::KeyValueStore": cloudfront.keyValueStore,
  "AWS::CloudFront::OriginAccessControl": cloudfront.originAccessControl,
  "AWS::CloudFront::ResponseHeadersPolicy": cloudfront.responseHeadersPolicy,
  "AWS::CloudFront::VpcOrigin": cloudfront.vpcOrigin,
  "AWS::CloudTrail::Trail": trail,
  "AWS::CloudWatch::Alarm": cloudwatch.alarm,
  "AWS::CloudWatch::Dashboard": cloudwatch.dashboard,
  "AWS::CodeBuild::Project": project,
  "AWS::CodeCommit::Repository": codecommit.repository,
  "AWS::CodeDeploy::Application": codedeploy.application,
  "AWS::CodeDeploy::DeploymentConfig": codedeploy.deploymentConfig,
  "AWS::CodeDeploy::DeploymentGroup": codedeploy.deploymentGroup,
  "AWS::CodePipeline::Pipeline": pipeline,
  "AWS::DynamoDB::Table": table,
  "AWS::EC2::EgressOnlyInternetGateway": ec2.egressOnlyInternetGateway,
  "AWS::EC2::EIP": ec2.eip,
  "AWS::EC2::FlowLog": ec2.flowLog,
  "AWS::EC2::InternetGateway": ec2.internetGateway,
  "AWS::EC2::LaunchTemplate": ec2.launchTemplate,
  "AWS::EC2::NatGateway": ec2.natGateway,
  "AWS::EC2::NetworkAcl": ec2.networkAcl,
  "AWS::EC2::NetworkAclEntry": ec2.networkAclEntry,
  "AWS::EC2::Route": ec2.route,
  "AWS::EC2::RouteTable": ec2.routeTable,
  "AWS::EC2::SecurityGroup": ec2.securityGroup,
  "AWS::EC2::SecurityGroupEgress": ec2.securityGroupEgress,
  "AWS::EC2::SecurityGroupIngress": ec2.securityGroupIngress,
  "AWS::EC2::Subnet": ec2.subnet,
  "AWS::EC2::SubnetNetworkAclAssociation": ec2.networkAclAssociation,
  "AWS::EC2::SubnetRouteTableAssociation": ec2.routeTableAssociation,
  "AWS::EC2::TransitGatewayAttachment": ec2.transitGatewayAttachment,
  "AWS::EC2::VPC": ec2.vpc,
  "AWS::EC2::VPCCidrBlock": ec2.vpcCidrBlock,
  "AWS::EC2::VPCEndpoint": ec2.vpcEndpoint,
  "AWS::EC2::VPCGatewayAttachment": ec2.gatewayAttachment,
  "AWS::ECR::Repository": repository,
  "AWS::ECS::Cluster": ecs.cluster,
  "AWS::ECS::ClusterCapacityProviderAssociations": ecs.capacityProviders,
  "AWS::ECS::Service": ecs.service,
  "AWS::ECS::TaskDefinition": ecs.taskDefinition,
  "AWS::ElasticLoadBalancingV2::Listener": elbv2.listener,
  "AWS::ElasticLoadBalancingV2::ListenerRule": elbv2.listenerRule,
  "AWS::ElasticLoadBalancingV2::LoadBalancer": elbv2.loadBalancer,
  "AWS::ElasticLoadBalancingV2::TargetGroup": elbv2.targetGroup,
  "AWS::Events::Rule": eventRule,
  "AWS::IAM::InstanceProfile": iam.instanceProfile,
  "AWS::IAM::OIDCProvider": iam.oidcProvider,
  "AWS::IAM::Role": iam.role,
  "AWS::IAM::RolePolicy": iam.rolePolicy,
  "AWS::KMS::Alias": kms.alias,
  "AWS::KMS::Key": kms.key,
  "AWS::KMS::ReplicaKey": kms.replicaKey,
  "AWS::Lambda::Alias": lambda.alias,
  "AWS::Lambda::EventInvokeConfig": lambda.invokeConfig,
  "AWS::Lambda::Function": lambda.lambdaFunction,
  "AWS::Lambda::Permission": lambda.permission,
  "AWS::Lambda::Version": lambda.version,
  "AWS::Logs::Delivery": logs.delivery,
  "AWS::Logs::DeliveryDestination": logs.deliveryDestination,
  "AWS::Logs::DeliverySource": logs.deliverySource,
  "AWS::Logs::LogGroup": logs.logGroup,
  "AWS::Logs::MetricFilter": logs.metricFilter,
  "AWS::Logs::ResourcePolicy": logs.logPolicy,
  "AWS::RDS::DBInstance": rds.instance,
  "AWS::RDS::DBParameterGroup": rds.parameterGroup,
  "AWS::RDS::DBProxy": rds.proxy,
  "AWS::RDS::DBProxyTargetGroup": rds.proxyTargetGroup,
  "AWS::RDS::DBSubnetGroup": rds.subnetGroup,
  "AWS::Route53::HealthCheck": route53.healthCheck,
  "AWS::Route53::HostedZone": route53.hostedZone,
  "AWS::Route53::RecordSet": route53.recordSet,
  "AWS::S3::Bucket": s3.bucket,
  "AWS::S3::BucketPolicy": s3.bucketPolicy,
  "AWS::SNS::Subscription": sns.subscription,
  "AWS::SNS::Topic": sns.topic,
  "AWS::SNS::TopicPolicy": sns.topicPolicy,
  "AWS::SQS::Queue": sqs.queue,
  "AWS::SQS::QueuePolicy": sqs.queuePolicy,
  "AWS::SSM::Parameter": parameter,
  "AWS::SecretsManager::RotationSchedule": rotationSchedule,
  "AWS::SecretsManager::Secret": secret,
  "AWS::WAFv2::LoggingConfiguration": wafv2.logging,
  "AWS::WAFv2::WebACL": wafv2.webAcl,
  "AWS::WAFv2::WebACLAssociation": wafv2.webAclAssociation,
};

/** Every entry, to be found by its Pulumi token when a program is read back. */
export const entries: readonly Entry[] = Object.values(catalog);

/** Throws for types that the catalog does not have, all of them at once: those of templates that others wrote. */
export function refuseUnknown(types: readonly string[]): void {
  const unknown = [...new Set(types)].filter((type) => !(type in catalog)).sort();
  if (unknown.length === 0) return;
  throw new UserError(
    "engine/unknown-type",
    `the Pulumi catalog has no ${unknown.length === 1 ? "entry" : "entries"} for ${unknown.join(", ")}`,
    "deploy them with CDK, or leave them out; the nearest types that are known stand below",
    unknown.map((type) => `${type}: ${nearest(type, Object.keys(catalog)).join(", ") || "nothing near it"}`),
  );
}
