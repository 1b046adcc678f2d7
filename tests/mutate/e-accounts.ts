import { changes } from "./mutation.ts";

/** How E delivers into accounts of others, and what it uses that is there already. */
export const accounts = changes({
  "lib/plan/parts/home.ts": [
    ["E06", "turnsBack: true,"],
    ["E05", '    { name: "Scan", actions: [scanImage(projects.scan)], triedTwice: true },\n'],
    ["E05", "delivery.approval && at > 0", "delivery.approval && at > 1"],
    ["E05", "runTests(projects.test), buildImage", "buildImage"],
    ["E05", "url: `https://${environment.domain}`", "url: `https://${environment.name}`"],
    ["E04", "delivery.approval && at > 0", "at > 0"],
    ["E04", "if (given !== undefined) return existingImages(stack.site, given);"],
    ["E07", "roles.map((one) => one.deploy)", "roles.map((one) => one.read)"],
    ["E07", "roleAt(site, executionRole(service.name))", "roleAt(site, service.name)"],
    ["E07", "readers: roles.map((one) => one.read.arn)", "readers: roles.map((one) => one.deploy.arn)"],
    ["E07", "@${stageRolesAt(at).read.arn}`", "@${stageRolesAt(at).deploy.arn}`"],
    ["E07", "`taskdef-${environment.name}.json`", '"taskdef.json"'],
    ["E07", 'nameOf("deploy-group", site, service)', 'nameOf("deploy-group", site, "other")'],
    ["E07", 'nameOf("task-family", site, service)', 'nameOf("task-family", site, "other")'],
    ["E07", "roleArn: stageRolesAt(site).deploy.arn", "roleArn: stageRolesAt(site).read.arn"],
  ],
  "lib/plan/blocks/role-elsewhere.ts": [
    ["E07", ', Condition: { ArnEquals: { "aws:PrincipalArn": roles.map(({ arn }) => arn) } }'],
    ["E07", ', { ArnEquals: { "aws:PrincipalArn": role.arn } }'],
    ["E09", ', { ArnEquals: { "aws:PrincipalArn": role.arn } }'],
    ["E07", '"iam", account, "root"', '"iam", account, "*"'],
    ["E07", 'nameOf("role", site, thing)', "`${site.project}-${thing}`"],
  ],
  "lib/plan/blocks/stage-access.ts": [
    ["E07", "roleAt(home, conductorName)", "roleAt(home, imageBuilderName)"],
    ["E07", "roleAt(home, imageBuilderName)", "roleAt(home, conductorName)"],
    ["E07", '"kms:EncryptionContext:aws:s3:arn": artifacts', ""],
    ["E07", '...viaService(home.region, "s3"), ', ""],
    ["E07", 'nameOf("bucket", home, "artifacts")', 'nameOf("bucket", home, "logs")'],
    ["E07", 'arnOf(home.region, "kms", home.account, "key/*")', 'arnOf(home.region, "kms", block.site.account, "key/*")'],
    ["E07", 'actions: ["s3:GetObject", "s3:GetObjectVersion"]', 'actions: ["s3:GetObject", "s3:PutObject"]'],
    ["E07", 'const reader = "stage-read"', 'const reader = "stage-deploys"'],
  ],
  "lib/plan/blocks/artifacts.ts": [
    ["E07", 'Action: "kms:Decrypt",', 'Action: "kms:*",'],
    ["E07", 'Action: ["s3:GetObject", "s3:GetObjectVersion"],', 'Action: ["s3:GetObject", "s3:PutObject"],'],
    ["E07", '"Encrypts what the stages of the pipeline hand on", opened)', '"Encrypts what the stages of the pipeline hand on")'],
  ],
  "lib/plan/blocks/registry.ts": [
    ["E07", '["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]', '["ecr:BatchGetImage"]'],
    ["E07", "...(pullers.length > 0 && { RepositoryPolicyText: policy(...letsIn(block, { pullers, finders })) }),"],
    ["E09", "EmptyOnDelete: !site.protected", "EmptyOnDelete: false"],
  ],
  "lib/plan/blocks/bucket.ts": [
    ["E07", ", BucketKeyEnabled: true"],
    ["E09", 'site.protected ? "retain" : "destroy"', '"retain"'],
    ["E09", 'VersioningConfiguration: { Status: "Enabled" },'],
  ],
  "lib/plan/blocks/key.ts": [
    ["E09", "EnableKeyRotation: true,\n", "EnableKeyRotation: false,\n"],
    ["E09", 'site.protected ? "retain" : "destroy", proves: ["B13", "C16"]', '"retain", proves: ["B13", "C16"]'],
    ["E09", "`/${project}/${suffix}/*`", '"*"'],
  ],
  "lib/plan/blocks/pipeline.ts": [
    ["E07", "resources: actions.map(({ roleArn }) => roleArn)", "resources: actions.slice(0, -2).map(({ roleArn }) => roleArn)"],
  ],
  "lib/plan/blocks/pipeline-actions.ts": [
    ["E08", "NotificationArn: topicArn, "],
    ["E05", "RunOrder: place, "],
    ["E05", "value: url,", 'value: "http://localhost",'],
    ["E07", "InputArtifacts: [{ Name: scannedArtifact }]", "InputArtifacts: [{ Name: imageArtifact }]"],
    ["E07", "Image1ArtifactName: scannedArtifact", "Image1ArtifactName: imageArtifact"],
    ["E07", "[sourceArtifact, imageArtifact], scannedArtifact", "[sourceArtifact], scannedArtifact"],
  ],
  "lib/plan/blocks/pipeline-notices.ts": [
    ["E05", "detail: { stage: [name] }", "detail: {}"],
    ["E05", "stages.map((name) => ({ thing", "stages.slice(1).map((name) => ({ thing"],
    ["E05", "Resource: kept.map(", "Resource: kept.slice(1, 3).map("],
    ["E08", '{ of: ["stage"], text', "{ of: [], text"],
    ["E08", 'state: ["FAILED"] }', 'state: ["STARTED"] }'],
  ],
  "lib/plan/blocks/builds.ts": [
    ["E05", "severities.slice(severities.indexOf(lowest))", "severities.slice(-1)"],
    ["E05", 'value: sub("s3://${Bucket}/scan-results"', 'value: sub("s3://${Bucket}"'],
    ["E07", 'sid: "ReadsTasksOfOtherAccounts", actions: "sts:AssumeRole"', 'sid: "ReadsTasksOfOtherAccounts", actions: "sts:TagSession"'],
  ],
  "lib/plan/blocks/dashboard.ts": [
    ["E08", 'lines("TargetResponseTime")', 'lines("RequestCount")'],
    ["E08", 'perBuild("Duration")', 'perBuild("Builds")'],
  ],
});
