import { changes } from "./mutation.ts";

/** Where C deploys to and from: homes of several regions, builds, the roles in other accounts, buckets, keys, tags. */
export const pulumiAccounts = changes({
  "lib/plan/parts/pulumi-home.ts": [
    ["C23", 'begin(place.region, "deploys")', "begin(region, `deploys-${place.region}`)"],
    ["C10", "pulumiBuild(block, common, pulumi, home, site)", "pulumiBuild(block, common, pulumi, site, site)"],
    ["C09", 'nat: "none", endpoints: ["codepipeline"]', 'nat: "none", endpoints: []'],
    ["C09", 'nat: "none", endpoints', 'nat: "one", endpoints'],
    ["C09", 'letOut(groups, side, "endpoints", 443, environment.cidr, "HTTPS to the endpoint of CodePipeline");'],
    ["C09", "subnetIds: ground.privateSubnetIds,", "subnetIds: ground.publicSubnetIds,"],
    ["C23", "return `https://${domain}`;", "return `https://example.com`;"],
    ["C03", "elsewhere: places.slice(1)", "elsewhere: places.slice(2)"],
    ["C09", "logsKey: own.logsKey,\n    logDays", 'logsKey: "arn:aws:kms:eu-west-1:111111111111:key/a",\n    logDays'],
  ],
  "lib/plan/parts/regional.ts": [
    ["C03", 'stack.output("ArtifactKeyArn", keyArn,', 'stack.output("ArtifactKeyArn", bucketArn,'],
    ["C15", "[usedByLogs(stack.site)]", "[]"],
    ["C07", "[usedByPublishers(stack.site, publishers)]", "[]"],
  ],
  "lib/plan/blocks/code-bucket.ts": [
    ["C13", ", logs });", " });"],
    ["C13", 'key: att(encryption, "Arn"), '],
  ],
  "lib/plan/blocks/pulumi-builds.ts": [
    ["C01", '{ name: "PULUMI_STACK", value: target.environment },'],
    ["C16", "`awskms:///${pulumi.key}?region=${regionOf(pulumi.key)}`", '"awskms://alias/state"'],
    ["C01", "`awskms:///${pulumi.key}?region=${regionOf(pulumi.key)}`", '"awskms://alias/state"'],
    ["C22", "`${scannedSource}/buildspec/pulumi.yml`", '"buildspec/pulumi.yml"'],
    ["C22", "`${scannedSource}/${pulumi.directory}`", "pulumi.directory"],
    ["C10", "value: deployerAt(target).arn }", 'value: "arn:aws:iam::111111111111:role/deploy" }'],
    ["C10", '{ name: "DEPLOY_EXTERNAL_ID", value: externalIdOf(home) },'],
    [
      "C10",
      'actions: "sts:AssumeRole", resources: deployerAt(target).arn',
      'actions: "sts:AssumeRole", resources: "arn:aws:iam::*:role/*"',
    ],
    ["C01", '{ name: "AWS_TARGET_REGION", value: target.region },'],
    ["C19", "bucketArn(home.region, bucket, `${prefix}*`)", 'bucketArn(home.region, bucket, "*")'],
    ["C19", '["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]', '["s3:GetObject", "s3:PutObject"]'],
    [
      "C04",
      '["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]',
      '["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:CreateGrant"]',
    ],
    ["C04", 'actions: "s3:ListBucket", resources: bucket', 'actions: "s3:*", resources: bucket'],
    ["C04", "handsOn: true,", "handsOn: false,"],
  ],
  "lib/plan/blocks/deployer.ts": [
    ["C10", 'ArnEquals: { "aws:PrincipalArn": by.arn },'],
    ["C10", 'StringEquals: { "sts:ExternalId": externalIdOf(home) },'],
    ["C04", 'conditions: { StringEquals: { "aws:RequestedRegion": region } },'],
    ["C04", '"dynamodb:*Item",\n'],
    ["C04", '"s3:GetObject*",\n'],
  ],
  "lib/plan/blocks/deployed-roles.ts": [
    ["C04", 'conditions: { StringEquals: { "iam:PassedToService": trustedIn(roles) } },'],
    [
      "C04",
      '"iam:PutRolePolicy",\n        "iam:UpdateAssumeRolePolicy",\n        "iam:UpdateRole",\n      ],\n      resources: self.arn',
      '"iam:UpdateAssumeRolePolicy",\n        "iam:UpdateRole",\n      ],\n      resources: self.arn',
    ],
  ],
  "lib/plan/parts/access.ts": [
    [
      "C10",
      "roleAt({ ...home, region: site.region }, deployBuildRole(site.environment))",
      "roleAt(home, deployBuildRole(site.environment))",
    ],
  ],
  "lib/plan/blocks/registry.ts": [
    ["C05", "RepositoryPolicyText: policy(", "RepositoryPolicyText: JSON.stringify("],
    ["C10", "...(pullers.length > 0 && { RepositoryPolicyText: policy(...letsIn(block, { pullers, finders })) }),"],
    ["C10", '"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],', '"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:PutImage"],'],
  ],
  "lib/plan/blocks/role-elsewhere.ts": [
    ["C10", ', Condition: { ArnEquals: { "aws:PrincipalArn": roles.map(({ arn }) => arn) } } };', " };"],
  ],
  "lib/plan/blocks/artifacts.ts": [
    ["C13", 'key: att(encryption, "Arn"),\n    logs', "logs"],
    ["C13", "expireAfter,\n    statements", "statements"],
    ["C03", 'actions: "kms:GenerateDataKey", resources', 'actions: "kms:Encrypt", resources'],
    ["C04", 'actions: "s3:PutObject", resources', 'actions: ["s3:PutObject", "s3:DeleteObject"], resources'],
  ],
  "lib/plan/blocks/build-project.ts": [
    ["C14", "Tags: site.tags,"],
    ["C15", "PrivilegedMode: needs.buildsImages ?? false", "PrivilegedMode: true"],
    ["C15", "TimeoutInMinutes: needs.timeoutMinutes ?? Math.ceil(delivery.buildTimeout / 60_000),"],
    ["C15", "QueuedTimeoutInMinutes: Math.ceil(delivery.queuedTimeout / 60_000),"],
    ["C15", "ConcurrentBuildLimit: delivery.concurrent,"],
    ["C15", 'LogsConfig: { CloudWatchLogs: { Status: "ENABLED", GroupName: ref(log) } },'],
    ["C15", 'Type: "LOCAL", Modes', 'Type: "NO_CACHE", Modes'],
    ["C23", "EncryptionKey: store.keyArn", 'EncryptionKey: "arn:aws:kms:eu-west-1:111111111111:key/a"'],
    ["C04", ', { StringEquals: { "aws:SourceAccount": site.account } }'],
    ["C04", "`report-group/${projectName}-*`", '"report-group/*"'],
    ["C12", "({ Name, Value, Type })", "({ Name, Value })"],
  ],
  "lib/plan/blocks/builds.ts": [
    ["C06", '{ name: "IMAGE_ARTIFACT", value: imageArtifact }', '{ name: "IMAGE_ARTIFACT", value: "Source" }'],
    ["C11", 'variables: [{ name: "SMOKE_PATHS", value: health }],', "variables: [],"],
    ["C12", 'buildspec: "buildspec/scan.yml"', 'buildspec: "version: 0.2"'],
    ["C12", '{ name: "IMAGE_REPOSITORY", value: registryUri },'],
    ["C19", 'kind: inSecretsManager ? "SECRETS_MANAGER" : "PARAMETER_STORE"', 'kind: "PLAINTEXT"'],
    ["C15", "buildsImages: true,"],
    [
      "C04",
      'actions: ["ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"],\n    resources: registryArn',
      'actions: ["ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart", "ecr:BatchDeleteImage"],\n    resources: registryArn',
    ],
  ],
  "lib/plan/blocks/bucket.ts": [
    ["C13", 'VersioningConfiguration: { Status: "Enabled" },'],
    ["C13", "RestrictPublicBuckets: true", "RestrictPublicBuckets: false"],
    ["C13", '"BucketOwnerEnforced"', '"ObjectWriter"'],
    ["C13", "policy(tlsOnly(arn), ", "policy("],
    ["C13", "...(key === undefined ? [] : [encryptedOnly(arn, key)]), "],
    ["C13", "LifecycleConfiguration: { Rules: lifecycle(expireAfter) },"],
  ],
  "lib/plan/blocks/key.ts": [
    ["C16", "EnableKeyRotation: true,\n", "EnableKeyRotation: false,\n"],
    ["C16", "TargetKeyId: ref(made) });\n  return made;", 'TargetKeyId: "alias/aws/s3" });\n  return made;'],
    ["C15", "log-group:${groups}`", "log-group:*`"],
  ],
  "lib/aws/policy.ts": [
    ["C05", 'Version: "2012-10-17", Statement: statements', 'Version: "2008-10-17" as "2012-10-17", Statement: statements'],
  ],
  "lib/aws/tags.ts": [
    ["C14", "CostCenter: costCenter, "],
    ["C14", ', ManagedBy: "sluice"'],
  ],
  "lib/plan/blocks/role.ts": [
    ["C14", "Tags: block.site.tags,"],
    ["C05", "PolicyDocument: policy(...statements)", "PolicyDocument: JSON.stringify(policy(...statements))"],
    ["C05", "AssumeRolePolicyDocument: trust", "AssumeRolePolicyDocument: JSON.stringify(trust)"],
  ],
  "lib/plan/blocks/function.ts": [["C14", "Tags: site.tags,\n"]],
  "lib/plan/blocks/pipeline.ts": [["C14", "Tags: site.tags,"]],
  "lib/plan/blocks/logs.ts": [
    ["C15", "RetentionInDays: days, "],
    ["C15", "KmsKeyId: keyArn, "],
  ],
  "lib/plan/blocks/topic.ts": [["C07", 'Protocol: "email", Endpoint: address', 'Protocol: "sms", Endpoint: "1"']],
});
