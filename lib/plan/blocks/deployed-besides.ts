import { globalRegion } from "../../aws/regions.ts";
import type { Value } from "../../aws/value.ts";
import { isA, type Resource } from "../template.ts";

/** An action that a deploy makes, and the region whose endpoint gets it. */
export interface Need {
  readonly action: string;
  readonly region: string;
}

/** What making a resource takes besides its own service in its own region: of other services, and of other regions. */
export function besides(resource: Resource, region: string): readonly Need[] {
  // AWS Backup Developer Guide, "Create a backup vault".
  if (isA(resource, "AWS::Backup::BackupVault")) return inRegion(region, "backup-storage:MountCapsule");
  if (isA(resource, "AWS::CertificateManager::Certificate")) return validation(resource);
  // AWS KMS API reference, ReplicateKey: in the region of the primary key.
  if (isA(resource, "AWS::KMS::ReplicaKey")) return inRegion(regionIn(resource.properties.PrimaryKeyArn), "kms:ReplicateKey");
  if (isA(resource, "AWS::RDS::DBInstance")) return source(resource);
  if (isA(resource, "AWS::SecretsManager::Secret")) return copies(resource);
  return [];
}

/** Who asks for a certificate proves by a record that the domain is theirs (CloudFormation, AWS::CertificateManager::Certificate: HostedZoneId). */
function validation({ properties }: Resource<"AWS::CertificateManager::Certificate">): readonly Need[] {
  if (!properties.DomainValidationOptions) return [];
  return inRegion(
    globalRegion,
    "route53:ChangeResourceRecordSets",
    "route53:GetChange",
    "route53:GetHostedZone",
    "route53:ListResourceRecordSets",
  );
}

/** RDS asks the other region in the name of who asked here (Amazon RDS User Guide, "Requesting a cross-Region read replica"). */
function source({ properties: { SourceRegion: from } }: Resource<"AWS::RDS::DBInstance">): readonly Need[] {
  return typeof from === "string" ? inRegion(from, "rds:CreateDBInstanceReadReplica") : [];
}

/** Secrets Manager seals each copy in the name of who asked (AWS Secrets Manager API reference, ReplicateSecretToRegions). */
function copies({ properties: { ReplicaRegions = [] } }: Resource<"AWS::SecretsManager::Secret">): readonly Need[] {
  return ReplicaRegions.flatMap(({ Region }) => inRegion(Region, "kms:Encrypt", "kms:GenerateDataKey"));
}

const inRegion = (region: Value<string>, ...actions: readonly string[]): readonly Need[] => {
  if (typeof region !== "string") throw new Error("a region is known before anything is made");
  return actions.map((action) => ({ action, region }));
};

/** The region that an output of another stack is read from. */
function regionIn(value: Value<string>): string {
  if (typeof value === "object" && "Fn::GetStackOutput" in value) return value["Fn::GetStackOutput"].Region;
  throw new Error("a replica is of a key of another stack");
}
