import * as aws from "@pulumi/aws";
import type { Twin } from "./twin.ts";

const policy = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "delivery.logs.amazonaws.com" }, Action: "logs:PutLogEvents", Resource: "*" }],
};

export const watch: readonly Twin[] = [
  {
    type: "AWS::CloudWatch::Alarm",
    make: () =>
      new aws.cloudwatch.MetricAlarm("one", {
        name: "foobar",
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        evaluationPeriods: 2,
        threshold: 10,
        alarmDescription: "Request error rate has exceeded 10%",
        treatMissingData: "notBreaching",
        alarmActions: ["t"],
        metricQueries: [
          { id: "e1", expression: "m2/m1*100", label: "Error Rate", returnData: true },
          {
            id: "m1",
            metric: {
              metricName: "RequestCount",
              namespace: "AWS/ApplicationELB",
              period: 120,
              stat: "Sum",
              dimensions: { LoadBalancer: "app/web" },
            },
          },
        ],
      }),
    is: {
      AlarmName: "foobar",
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      EvaluationPeriods: 2,
      Threshold: 10,
      AlarmDescription: "Request error rate has exceeded 10%",
      TreatMissingData: "notBreaching",
      AlarmActions: ["t"],
      Metrics: [
        { Id: "e1", Expression: "m2/m1*100", Label: "Error Rate", ReturnData: true },
        {
          Id: "m1",
          MetricStat: {
            Metric: {
              MetricName: "RequestCount",
              Namespace: "AWS/ApplicationELB",
              Dimensions: [{ Name: "LoadBalancer", Value: "app/web" }],
            },
            Period: 120,
            Stat: "Sum",
          },
        },
      ],
    },
  },
  {
    type: "AWS::CloudWatch::Dashboard",
    make: () => new aws.cloudwatch.Dashboard("one", { dashboardName: "my-dashboard", dashboardBody: '{"widgets":[]}' }),
    is: { DashboardName: "my-dashboard", DashboardBody: '{"widgets":[]}' },
  },
  {
    type: "AWS::Logs::LogGroup",
    make: () => new aws.cloudwatch.LogGroup("one", { name: "yada", retentionInDays: 30, kmsKeyId: "k" }),
    is: { LogGroupName: "yada", RetentionInDays: 30, KmsKeyId: "k" },
  },
  {
    type: "AWS::Logs::MetricFilter",
    make: () =>
      new aws.cloudwatch.LogMetricFilter("one", {
        name: "MyAppAccessCount",
        pattern: "ERROR",
        logGroupName: "l",
        metricTransformation: { name: "EventCount", namespace: "YourNamespace", value: "1", defaultValue: "0", unit: "Count" },
      }),
    is: {
      FilterName: "MyAppAccessCount",
      FilterPattern: "ERROR",
      LogGroupName: "l",
      MetricTransformations: [
        { MetricName: "EventCount", MetricNamespace: "YourNamespace", MetricValue: "1", DefaultValue: 0, Unit: "Count" },
      ],
    },
  },
  {
    type: "AWS::Logs::ResourcePolicy",
    make: () => new aws.cloudwatch.LogResourcePolicy("one", { policyName: "p", policyDocument: JSON.stringify(policy) }),
    is: { PolicyName: "p", PolicyDocument: policy },
  },
  {
    type: "AWS::Logs::DeliverySource",
    make: () => new aws.cloudwatch.LogDeliverySource("one", { name: "example", logType: "ACCESS_LOGS", resourceArn: "d" }),
    is: { Name: "example", LogType: "ACCESS_LOGS", ResourceArn: "d" },
  },
  {
    type: "AWS::Logs::DeliveryDestination",
    make: () =>
      new aws.cloudwatch.LogDeliveryDestination("one", {
        name: "example",
        outputFormat: "json",
        deliveryDestinationConfiguration: { destinationResourceArn: "l" },
      }),
    is: { Name: "example", OutputFormat: "json", DestinationResourceArn: "l" },
  },
  {
    type: "AWS::Logs::Delivery",
    make: () => new aws.cloudwatch.LogDelivery("one", { deliverySourceName: "s", deliveryDestinationArn: "d" }),
    is: { DeliverySourceName: "s", DeliveryDestinationArn: "d" },
  },
  {
    type: "AWS::CloudTrail::Trail",
    make: () =>
      new aws.cloudtrail.Trail("one", {
        name: "example",
        s3BucketName: "b",
        isMultiRegionTrail: true,
        includeGlobalServiceEvents: true,
        enableLogFileValidation: true,
        enableLogging: true,
        kmsKeyId: "k",
        cloudWatchLogsGroupArn: "l",
        cloudWatchLogsRoleArn: "r",
      }),
    is: {
      TrailName: "example",
      S3BucketName: "b",
      IsMultiRegionTrail: true,
      IncludeGlobalServiceEvents: true,
      EnableLogFileValidation: true,
      IsLogging: true,
      KMSKeyId: "k",
      CloudWatchLogsLogGroupArn: "l",
      CloudWatchLogsRoleArn: "r",
    },
  },
  {
    type: "AWS::Backup::BackupVault",
    make: () => {
      const vault = new aws.backup.Vault("one", { name: "example_backup_vault", kmsKeyArn: "k" });
      new aws.backup.VaultLockConfiguration("lock", { backupVaultName: vault.name, minRetentionDays: 7, maxRetentionDays: 1200 });
    },
    is: {
      BackupVaultName: "example_backup_vault",
      EncryptionKeyArn: "k",
      LockConfiguration: { MinRetentionDays: 7, MaxRetentionDays: 1200 },
    },
  },
  {
    type: "AWS::Backup::BackupPlan",
    make: () =>
      new aws.backup.Plan("one", {
        name: "tf_example_backup_plan",
        rules: [
          {
            ruleName: "tf_example_backup_rule",
            targetVaultName: "v",
            schedule: "cron(0 12 * * ? *)",
            startWindow: 60,
            completionWindow: 180,
            lifecycle: { deleteAfter: 14 },
            copyActions: [{ destinationVaultArn: "arn:v", lifecycle: { deleteAfter: 30 } }],
          },
        ],
      }),
    is: {
      BackupPlan: {
        BackupPlanName: "tf_example_backup_plan",
        BackupPlanRule: [
          {
            RuleName: "tf_example_backup_rule",
            TargetBackupVault: "v",
            ScheduleExpression: "cron(0 12 * * ? *)",
            StartWindowMinutes: 60,
            CompletionWindowMinutes: 180,
            Lifecycle: { DeleteAfterDays: 14 },
            CopyActions: [{ DestinationBackupVaultArn: "arn:v", Lifecycle: { DeleteAfterDays: 30 } }],
          },
        ],
      },
    },
  },
  {
    type: "AWS::Backup::BackupSelection",
    make: () => new aws.backup.Selection("one", { iamRoleArn: "r", name: "tf_example_backup_selection", planId: "p", resources: ["db"] }),
    is: { BackupPlanId: "p", BackupSelection: { IamRoleArn: "r", SelectionName: "tf_example_backup_selection", Resources: ["db"] } },
  },
  {
    type: "AWS::WAFv2::WebACL",
    make: () =>
      new aws.wafv2.WebAcl("one", {
        name: "managed-rule-example",
        scope: "REGIONAL",
        defaultAction: { allow: {} },
        ruleJson: JSON.stringify([
          { Name: "rate", Priority: 0, Action: { Block: {} }, Statement: { RateBasedStatement: { Limit: 2000, AggregateKeyType: "IP" } } },
        ]),
        visibilityConfig: { cloudwatchMetricsEnabled: false, metricName: "friendly-metric-name", sampledRequestsEnabled: false },
      }),
    is: {
      Name: "managed-rule-example",
      Scope: "REGIONAL",
      DefaultAction: { Allow: {} },
      Rules: [
        { Name: "rate", Priority: 0, Action: { Block: {} }, Statement: { RateBasedStatement: { Limit: 2000, AggregateKeyType: "IP" } } },
      ],
      VisibilityConfig: { CloudWatchMetricsEnabled: false, MetricName: "friendly-metric-name", SampledRequestsEnabled: false },
    },
  },
  {
    type: "AWS::WAFv2::WebACLAssociation",
    make: () => new aws.wafv2.WebAclAssociation("one", { resourceArn: "lb", webAclArn: "acl" }),
    is: { ResourceArn: "lb", WebACLArn: "acl" },
  },
  {
    type: "AWS::WAFv2::LoggingConfiguration",
    make: () =>
      new aws.wafv2.WebAclLoggingConfiguration("one", {
        logDestinationConfigs: ["l"],
        resourceArn: "acl",
        redactedFields: [{ singleHeader: { name: "user-agent" } }],
      }),
    is: { LogDestinationConfigs: ["l"], ResourceArn: "acl", RedactedFields: [{ SingleHeader: { Name: "user-agent" } }] },
  },
  {
    type: "AWS::CloudFront::Distribution",
    make: () =>
      new aws.cloudfront.Distribution("one", {
        enabled: true,
        isIpv6Enabled: true,
        comment: "Some comment",
        httpVersion: "http2and3",
        aliases: ["mysite.example.com"],
        priceClass: "PriceClass_200",
        webAclId: "acl",
        origins: [{ domainName: "b.s3.amazonaws.com", originId: "files", originAccessControlId: "oac" }],
        defaultCacheBehavior: {
          allowedMethods: ["GET", "HEAD"],
          cachedMethods: ["GET", "HEAD"],
          targetOriginId: "files",
          viewerProtocolPolicy: "redirect-to-https",
          cachePolicyId: "p",
          compress: true,
        },
        restrictions: { geoRestriction: { restrictionType: "none" } },
        viewerCertificate: { acmCertificateArn: "c", sslSupportMethod: "sni-only", minimumProtocolVersion: "TLSv1.2_2021" },
      }),
    is: {
      DistributionConfig: {
        Enabled: true,
        IPV6Enabled: true,
        Comment: "Some comment",
        HttpVersion: "http2and3",
        Aliases: ["mysite.example.com"],
        PriceClass: "PriceClass_200",
        WebACLId: "acl",
        Origins: [
          { DomainName: "b.s3.amazonaws.com", Id: "files", OriginAccessControlId: "oac", S3OriginConfig: { OriginAccessIdentity: "" } },
        ],
        DefaultCacheBehavior: {
          AllowedMethods: ["GET", "HEAD"],
          TargetOriginId: "files",
          ViewerProtocolPolicy: "redirect-to-https",
          CachePolicyId: "p",
          Compress: true,
        },
        ViewerCertificate: { AcmCertificateArn: "c", SslSupportMethod: "sni-only", MinimumProtocolVersion: "TLSv1.2_2021" },
      },
    },
  },
  {
    type: "AWS::CloudFront::Function",
    make: () =>
      new aws.cloudfront.Function("one", {
        name: "test",
        runtime: "cloudfront-js-2.0",
        comment: "my function",
        publish: true,
        code: "code",
        keyValueStoreAssociations: ["kvs"],
      }),
    is: {
      Name: "test",
      FunctionConfig: { Runtime: "cloudfront-js-2.0", Comment: "my function", KeyValueStoreAssociations: [{ KeyValueStoreARN: "kvs" }] },
      AutoPublish: true,
      FunctionCode: "code",
    },
  },
  {
    type: "AWS::CloudFront::KeyValueStore",
    make: () => new aws.cloudfront.KeyValueStore("one", { name: "ExampleKeyValueStore", comment: "This is an example" }),
    is: { Name: "ExampleKeyValueStore", Comment: "This is an example" },
  },
  {
    type: "AWS::CloudFront::OriginAccessControl",
    make: () =>
      new aws.cloudfront.OriginAccessControl("one", {
        name: "example",
        originAccessControlOriginType: "s3",
        signingBehavior: "always",
        signingProtocol: "sigv4",
      }),
    is: {
      OriginAccessControlConfig: {
        Name: "example",
        OriginAccessControlOriginType: "s3",
        SigningBehavior: "always",
        SigningProtocol: "sigv4",
      },
    },
  },
  {
    type: "AWS::CloudFront::ResponseHeadersPolicy",
    make: () =>
      new aws.cloudfront.ResponseHeadersPolicy("one", {
        name: "test",
        securityHeadersConfig: {
          contentTypeOptions: { override: true },
          frameOptions: { frameOption: "DENY", override: true },
          strictTransportSecurity: { accessControlMaxAgeSec: 31536000, includeSubdomains: true, override: true, preload: true },
        },
      }),
    is: {
      ResponseHeadersPolicyConfig: {
        Name: "test",
        SecurityHeadersConfig: {
          ContentTypeOptions: { Override: true },
          FrameOptions: { FrameOption: "DENY", Override: true },
          StrictTransportSecurity: { AccessControlMaxAgeSec: 31536000, IncludeSubdomains: true, Override: true, Preload: true },
        },
      },
    },
  },
  {
    type: "AWS::CloudFront::VpcOrigin",
    make: () =>
      new aws.cloudfront.VpcOrigin("one", {
        vpcOriginEndpointConfig: {
          name: "example-vpc-origin",
          arn: "lb",
          httpPort: 8080,
          httpsPort: 8443,
          originProtocolPolicy: "https-only",
          originSslProtocols: { items: ["TLSv1.2"], quantity: 1 },
        },
      }),
    is: {
      VpcOriginEndpointConfig: {
        Name: "example-vpc-origin",
        Arn: "lb",
        HTTPPort: 8080,
        HTTPSPort: 8443,
        OriginProtocolPolicy: "https-only",
        OriginSSLProtocols: ["TLSv1.2"],
      },
    },
  },
];
