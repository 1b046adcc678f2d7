import type { Resource, Type } from "./template.ts";

/** The property that names a resource. Where it is missing CloudFormation and Pulumi invent different names. */
export const nameProperty: { readonly [type in Type]?: string } = {
  "AWS::AutoScaling::AutoScalingGroup": "AutoScalingGroupName",
  "AWS::Backup::BackupVault": "BackupVaultName",
  "AWS::CloudTrail::Trail": "TrailName",
  "AWS::CloudWatch::Alarm": "AlarmName",
  "AWS::CloudWatch::Dashboard": "DashboardName",
  "AWS::CodeBuild::Project": "Name",
  "AWS::CodeDeploy::Application": "ApplicationName",
  "AWS::CodeDeploy::DeploymentConfig": "DeploymentConfigName",
  "AWS::CodeDeploy::DeploymentGroup": "DeploymentGroupName",
  "AWS::CodePipeline::Pipeline": "Name",
  "AWS::DynamoDB::Table": "TableName",
  "AWS::EC2::LaunchTemplate": "LaunchTemplateName",
  "AWS::EC2::SecurityGroup": "GroupName",
  "AWS::ECR::Repository": "RepositoryName",
  "AWS::ECS::Cluster": "ClusterName",
  "AWS::ECS::Service": "ServiceName",
  "AWS::ECS::TaskDefinition": "Family",
  "AWS::ElasticLoadBalancingV2::LoadBalancer": "Name",
  "AWS::ElasticLoadBalancingV2::TargetGroup": "Name",
  "AWS::Events::Rule": "Name",
  "AWS::IAM::InstanceProfile": "InstanceProfileName",
  "AWS::IAM::Role": "RoleName",
  "AWS::KMS::Alias": "AliasName",
  "AWS::Lambda::Function": "FunctionName",
  "AWS::Logs::LogGroup": "LogGroupName",
  "AWS::Logs::MetricFilter": "FilterName",
  "AWS::RDS::DBInstance": "DBInstanceIdentifier",
  "AWS::RDS::DBParameterGroup": "DBParameterGroupName",
  "AWS::RDS::DBProxy": "DBProxyName",
  "AWS::RDS::DBSubnetGroup": "DBSubnetGroupName",
  "AWS::S3::Bucket": "BucketName",
  "AWS::SNS::Topic": "TopicName",
  "AWS::SQS::Queue": "QueueName",
  "AWS::SSM::Parameter": "Name",
  "AWS::SecretsManager::Secret": "Name",
  "AWS::WAFv2::WebACL": "Name",
};

/** The name of a resource in AWS, where the plan gives it one. */
export function physicalName({ type, properties }: Resource): string | undefined {
  const property = nameProperty[type];
  const name: unknown = property === undefined ? undefined : Reflect.get(properties, property);
  return typeof name === "string" ? name : undefined;
}

/**
 * Whether another one in the place of this resource would have a name that is taken until this one is gone; `differs`: whether a property is another
 * one than before. Groups are told apart by their network (Amazon EC2 User Guide, "Security groups"), and a family of tasks has many revisions.
 */
export function isTaken(resource: Resource, differs: (property: string) => boolean): boolean {
  const { type } = resource;
  const property = nameProperty[type];
  if (property === undefined || physicalName(resource) === undefined || type === "AWS::ECS::TaskDefinition") return false;
  return !differs(property) && !(type === "AWS::EC2::SecurityGroup" && differs("VpcId"));
}
