import type { Properties } from "../../../lib/plan/cloudformation.gen.ts";
import {
  att,
  base64,
  fromStack,
  type Options,
  type Plan,
  type Resource,
  ref,
  type Stack,
  secretValue,
  sub,
  type Type,
} from "../../../lib/plan/template.ts";

/** A resource of a plan, without a draft around it. */
export function resource<T extends Type>(id: string, type: T, properties: Properties[T], options: Options = {}): Resource<T> {
  return { id, block: "Test", type, properties, ...options };
}

/** A stack of a plan with these resources. */
export function stackOf(part: string, resources: readonly Resource[], more: Partial<Stack> = {}): Stack {
  const name = `shop-test-${part}`;
  return { name, part, account: "111111111111", region: "eu-west-1", protect: false, resources, outputs: [], ...more };
}

export const planOf = (...stacks: Stack[]): Plan => ({ environment: "test", stacks });

const tags = [
  { Key: "Project", Value: "shop" },
  { Key: "commit", Value: "0f1e2d3" },
  { Key: "CostCenter", Value: "42" },
];

const vpc = resource("NetworkVpc", "AWS::EC2::VPC", { CidrBlock: "10.0.0.0/16", EnableDnsSupport: true, Tags: tags });

/** Whose outputs `consumer` reads, in the same account. */
export const network = stackOf("network", [vpc], { outputs: [{ name: "VpcId", value: ref(vpc), description: "The network" }] });

const ledger = stackOf("ledger", [resource("Topic", "AWS::SNS::Topic", { TopicName: "shop" })], {
  account: "222222222222",
  region: "us-east-1",
  outputs: [{ name: "TopicArn", value: sub("arn:aws:sns:us-east-1:222222222222:shop"), description: "Where it tells" }],
});

const secret = resource(
  "Secret",
  "AWS::SecretsManager::Secret",
  { Name: "shop", GenerateSecretString: { SecretStringTemplate: '{"username":"app"}', GenerateStringKey: "password" } },
  { keep: "retain" },
);

const group = resource("Group", "AWS::EC2::SecurityGroup", {
  GroupName: "shop",
  GroupDescription: "Of the shop",
  VpcId: fromStack(network, "VpcId"),
  SecurityGroupEgress: [],
});

const role = resource("Role", "AWS::IAM::Role", {
  RoleName: "shop",
  AssumeRolePolicyDocument: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } }],
  },
});

const rolePolicy = resource("RolePolicy", "AWS::IAM::RolePolicy", {
  PolicyName: "own-files",
  RoleName: ref(role),
  PolicyDocument: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::shop/${aws:username}/*",
        Condition: { Bool: { "aws:SecureTransport": "true" } },
      },
      { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: ref(secret) },
    ],
  },
});

const database = resource(
  "Database",
  "AWS::RDS::DBInstance",
  {
    DBInstanceIdentifier: "shop",
    DBInstanceClass: "db.t4g.micro",
    Engine: "mysql",
    AllocatedStorage: "20",
    MasterUsername: secretValue(secret, "username"),
    MasterUserPassword: secretValue(secret, "password"),
    VPCSecurityGroups: [att(group, "GroupId")],
    StorageEncrypted: true,
    MonitoringInterval: 60,
  },
  { keep: "snapshot", after: [rolePolicy, group, role] },
);

const template = resource("Template", "AWS::EC2::LaunchTemplate", {
  LaunchTemplateName: "shop",
  LaunchTemplateData: {
    UserData: base64(
      sub("#!/bin/sh\nHOME=${!HOME} VPC=${Vpc} GROUP=${Group.GroupId} ROLE=${Role} TOPIC=${Topic}\n", {
        Vpc: fromStack(network, "VpcId"),
        Topic: fromStack(ledger, "TopicArn", "arn:aws:iam::222222222222:role/read-outputs"),
      }),
    ),
    MetadataOptions: { HttpTokens: "required" },
    BlockDeviceMappings: [],
  },
});

/** Reads the other two stacks, and has every kind of leaf in it. */
export const consumer = stackOf("consumer", [secret, group, role, rolePolicy, database, template], {
  region: "eu-central-1",
  protect: true,
  outputs: [
    { name: "Vpc", value: fromStack(network, "VpcId"), description: "Handed on" },
    { name: "Endpoint", value: att(database, "Endpoint.Address"), description: "The database" },
  ],
});

/** Stacks in an order that is not the one they must be deployed in. */
export const everyLeaf = planOf(consumer, network, ledger);
