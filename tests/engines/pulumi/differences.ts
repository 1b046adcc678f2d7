/** Where a program that was read back may differ from its plan, and why that must be. A line that covers nothing fails. */
export interface Difference {
  readonly type: string;
  /** Path of the value, from the resource's properties on, or `after`. */
  readonly path: string;
  readonly because: string;
}

const noTwin = "CloudFormation generates the secret; in Pulumi a random password is its first version, and its value is masked";

export const differences: readonly Difference[] = [
  { type: "AWS::SecretsManager::Secret", path: "properties.GenerateSecretString", because: noTwin },
  { type: "AWS::RDS::DBInstance", path: "properties.MasterUserPassword", because: noTwin },
  {
    type: "AWS::RDS::DBInstance",
    path: "after",
    because: "the password is not read from the secret, so that waiting for the secret is said and not implied",
  },
];
