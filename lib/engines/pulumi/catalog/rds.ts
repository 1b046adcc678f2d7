import { isLeaf } from "../codecs.ts";
import { Anew, entry, own } from "../entry.ts";

export const instance = entry("AWS::RDS::DBInstance", "aws:rds/instance:Instance", {
  ref: "identifier",
  attributes: {
    "Endpoint.Address": "address",
    "Endpoint.Port": "port",
    "Endpoint.HostedZoneId": "hostedZoneId",
    DBInstanceArn: "arn",
    DbiResourceId: "resourceId",
    "MasterUserSecret.SecretArn": "masterUserSecrets.0.secretArn",
  },
  keep: {
    arguments: ["skipFinalSnapshot", "finalSnapshotIdentifier"],
    source:
      "CloudFormation, DeletionPolicy attribute: Snapshot names the last snapshot itself; Pulumi Registry, aws.rds.Instance: without skipFinalSnapshot a name must be given, or nothing is deleted; Amazon RDS API reference, DeleteDBInstance: DBSnapshotAlreadyExists, so the name ends with what is random",
    of: (keep, { DBInstanceIdentifier: name }) =>
      keep === "snapshot"
        ? { skipFinalSnapshot: false, finalSnapshotIdentifier: new Anew(`${typeof name === "string" ? name : "database"}-final`) }
        : { skipFinalSnapshot: true },
  },
  fields: {
    MasterUsername: "username",
    MasterUserPassword: "password",
    VPCSecurityGroups: "vpcSecurityGroupIds",
    SourceDBInstanceIdentifier: "replicateSourceDb",
    EnableIAMDatabaseAuthentication: "iamDatabaseAuthenticationEnabled",
    EnablePerformanceInsights: "performanceInsightsEnabled",
    PreferredBackupWindow: "backupWindow",
    PreferredMaintenanceWindow: "maintenanceWindow",
    CACertificateIdentifier: "caCertIdentifier",
    EnableCloudwatchLogsExports: "enabledCloudwatchLogsExports",
    MasterUserSecret: { to: ".", in: { KmsKeyId: "masterUserSecretKmsKeyId" }, none: { SecretArn: "an attribute" } },
    ApplyImmediately: {
      to: "applyImmediately",
      implied: {
        value: true,
        source: "CloudFormation, AWS::RDS::DBInstance: ApplyImmediately defaults to true; Pulumi Registry, aws.rds.Instance: to false",
      },
    },
    BackupRetentionPeriod: {
      to: "backupRetentionPeriod",
      implied: {
        value: 1,
        source: "CloudFormation, AWS::RDS::DBInstance: BackupRetentionPeriod defaults to 1; Pulumi Registry, aws.rds.Instance: to 0",
      },
    },
  },
  waits: {
    create: "6h",
    update: "6h",
    delete: "6h",
    source:
      "RDS user guide: a restored database, a replica in another region and a last snapshot take as long as their data; Terraform Registry, aws_db_instance: the provider waits 40 minutes for a creation, 80 for a change and 60 for a deletion",
  },
  alike: {
    password: {
      told: "the result of the random password that is the secret's first version, as a secret",
      source: "CloudFormation, dynamic references: {{resolve:secretsmanager}} is read at deployment; Pulumi reads no such text",
    },
    "backupRetentionPeriod of a replica": {
      told: "0",
      source:
        "CloudFormation, AWS::RDS::DBInstance: BackupRetentionPeriod does not apply to a read replica, whose automated backups are off",
    },
  },
  lost: { SourceRegion: "the provider reads it from the ARN in replicateSourceDb" },
  none: {
    ProcessorFeatures: "no plan uses it",
    AssociatedRoles: "another resource in Pulumi",
  },
  // A replica has no backups, and CloudFormation takes no word of them beside a source: what is implied holds for others.
  code: {
    handles: [],
    arguments: [],
    forward(properties) {
      if (properties.SourceDBInstanceIdentifier !== undefined) properties.BackupRetentionPeriod = 0;
    },
    back(_args, properties) {
      if (properties.SourceDBInstanceIdentifier !== undefined) delete properties.BackupRetentionPeriod;
    },
  },
});

export const subnetGroup = entry("AWS::RDS::DBSubnetGroup", "aws:rds/subnetGroup:SubnetGroup", {
  ref: "name",
});

export const parameterGroup = entry("AWS::RDS::DBParameterGroup", "aws:rds/parameterGroup:ParameterGroup", {
  ref: "name",
  alike: {
    applyMethod: {
      told: "pending-reboot for each parameter",
      source:
        "RDS user guide, parameter groups: a static parameter takes pending-reboot alone; Pulumi Registry, aws.rds.ParameterGroup: applyMethod defaults to immediate",
    },
  },
  fields: {
    Parameters: {
      to: "parameters",
      as: {
        forward: (value) =>
          Object.entries(typeof value === "object" && value !== null ? value : {}).map(([name, one]) => ({
            name,
            value: isLeaf(one) ? one : String(one),
            applyMethod: "pending-reboot",
          })),
        back: (value) => Object.fromEntries((Array.isArray(value) ? value : []).map(({ name, value: one }) => [name, one])),
      },
    },
  },
});

export const proxy = entry("AWS::RDS::DBProxy", "aws:rds/proxy:Proxy", {
  ref: "name",
  attributes: { DBProxyArn: "arn", Endpoint: "endpoint" },
});

/** The group that every proxy has, and what is registered with it. */
export const proxyTargetGroup = entry("AWS::RDS::DBProxyTargetGroup", "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup", {
  ref: "arn",
  attributes: { TargetGroupArn: "arn" },
  fields: {
    ConnectionPoolConfigurationInfo: { to: "connectionPoolConfig" },
  },
  none: { TargetGroupName: "a proxy has one group, named default", DBClusterIdentifiers: "no plan has a cluster" },
  parts: [
    {
      token: "aws:rds/proxyTarget:ProxyTarget",
      owner: "targetGroupName",
      with: { dbProxyName: own("dbProxyName"), targetGroupName: own("name") },
      each: "DBInstanceIdentifiers",
      element: "dbInstanceIdentifier",
    },
  ],
  code: {
    handles: ["TargetGroupName"],
    arguments: [],
    forward(properties) {
      if (properties.TargetGroupName !== "default") throw new Error("a proxy has one group, named default");
    },
    back(_args, properties) {
      properties.TargetGroupName = "default";
    },
  },
});
