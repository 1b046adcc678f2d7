import { Document, isTree } from "../codecs.ts";
import { entry, own, type Tree } from "../entry.ts";

/** The suffix of the password that stands in for CloudFormation's generated one. */
export const password = "Password";

/** What of CloudFormation's password a random one has as well. */
const asked: readonly string[] = [
  "SecretStringTemplate",
  "GenerateStringKey",
  "PasswordLength",
  "ExcludePunctuation",
  "RequireEachIncludedType",
];

/**
 * CloudFormation generates a secret in Secrets Manager. Pulumi has no such resource: a random password, which the state holds encrypted, is the
 * first version, and whoever rotates the secret replaces it, so that what the state holds is dead. Later versions are nobody's business here.
 */
export const secret = entry("AWS::SecretsManager::Secret", "aws:secretsmanager/secret:Secret", {
  ref: "arn",
  attributes: { Id: "arn" },
  fields: { ReplicaRegions: { to: "replicas" } },
  keep: {
    arguments: ["recoveryWindowInDays"],
    source:
      "CloudFormation, DeletionPolicy attribute: a secret is deleted at once and without recovery; Pulumi Registry, aws.secretsmanager.Secret: recoveryWindowInDays defaults to 30, in which its name is taken",
    of: (keep) => (keep === "destroy" ? { recoveryWindowInDays: 0 } : {}),
  },
  alike: {
    secretString: {
      told: "a random password as the first version, which no later run puts back",
      source: "CloudFormation, GenerateSecretString: Secrets Manager makes the password; @pulumi/aws has no such resource",
    },
  },
  none: { SecretString: "a secret never stands in a plan" },
  parts: [
    {
      token: "random:index/randomPassword:RandomPassword",
      suffix: password,
      owner: "keepers",
      when: "GenerateSecretString",
      with: {},
      from: ({ PasswordLength = 32, ExcludePunctuation = false, RequireEachIncludedType = true }) => ({
        length: PasswordLength,
        special: ExcludePunctuation !== true,
        ...(RequireEachIncludedType === true && {
          minLower: 1,
          minUpper: 1,
          minNumeric: 1,
          minSpecial: ExcludePunctuation === true ? 0 : 1,
        }),
      }),
    },
    {
      token: "aws:secretsmanager/secretVersion:SecretVersion",
      suffix: "First",
      owner: "secretId",
      when: "GenerateSecretString",
      with: { secretId: own("arn") },
      from: (generated) => ({
        secretString: new Document({ ...fixed(generated), [String(generated.GenerateStringKey)]: own("result", password) }),
      }),
      ignores: ["secretString", "versionStages"],
    },
  ],
  code: {
    handles: ["GenerateSecretString"],
    arguments: [],
    inside: { "AWS::SecretsManager::Secret.GenerateSecretString": asked },
    forward({ GenerateSecretString: generated }) {
      const strange = isTree(generated) ? Object.keys(generated).filter((name) => !asked.includes(name)) : [];
      if (strange.length > 0) throw new Error(`a random password is not made by ${strange.join(", ")}; plan ${asked.join(", ")}`);
    },
    back: () => undefined,
  },
});

export const rotationSchedule = entry("AWS::SecretsManager::RotationSchedule", "aws:secretsmanager/secretRotation:SecretRotation", {
  ref: "id",
  fields: { RotateImmediatelyOnUpdate: "rotateImmediately" },
  none: { HostedRotationLambda: "a macro, which plans do without" },
});

/** What stands in the secret beside the password: the user's name. */
export function fixed({ SecretStringTemplate = "{}" }: Tree): Tree {
  const parsed: unknown = JSON.parse(String(SecretStringTemplate));
  return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
}
