import { entry } from "../entry.ts";

export const key = entry("AWS::KMS::Key", "aws:kms/key:Key", {
  ref: "keyId",
  fields: {
    KeyPolicy: "policy",
    PendingWindowInDays: "deletionWindowInDays",
    Enabled: "isEnabled",
    KeySpec: "customerMasterKeySpec",
  },
  none: { Origin: "an imported key is another resource in Pulumi" },
});

export const replicaKey = entry("AWS::KMS::ReplicaKey", "aws:kms/replicaKey:ReplicaKey", {
  ref: "keyId",
  fields: { KeyPolicy: "policy", PendingWindowInDays: "deletionWindowInDays" },
});

export const alias = entry("AWS::KMS::Alias", "aws:kms/alias:Alias");
