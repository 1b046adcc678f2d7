import type { Plan, Resource, Type } from "../../lib/plan/template.ts";

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: object;
}

interface Document {
  readonly Statement: readonly Statement[];
}

const isDocument = (value: unknown): value is Document =>
  // A firewall has a Statement too, which is no list.
  typeof value === "object" && value !== null && "Statement" in value && Array.isArray(value.Statement);

/** The policy documents of a resource, with the property that each stands in. */
export function documentsOf({ properties }: Resource): readonly (readonly [property: string, document: Document])[] {
  const found: [string, Document][] = [];
  JSON.parse(JSON.stringify(properties), (key, value: unknown) => {
    if (isDocument(value)) found.push([key, value]);
    return value;
  });
  return found;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** A sentence of three words or more in PascalCase. */
const isReason = (sid: string | undefined): boolean => /^([A-Z][a-z0-9]*){3,}$/.test(sid ?? "");

/** Statements that let more in than anybody gave a reason for (B14, C04). */
export const tooWide = ({ stacks }: Plan): readonly string[] =>
  stacks.flatMap(({ part, resources }) =>
    resources.flatMap((resource) =>
      documentsOf(resource).flatMap(([property, { Statement: statements }]) =>
        statements.flatMap((statement) =>
          widthOf(statement, resource.type).map((what) => `${part}/${resource.id} ${property} ${statement.Sid ?? ""}: ${what}`),
        ),
      ),
    ),
  );

function widthOf(statement: Statement, type: Type): readonly string[] {
  if (statement.Effect === "Deny") return [];
  const { Sid, Action, Resource: resources, Principal, Condition } = statement;
  const everyone = Principal !== undefined && JSON.stringify(Principal).includes('"*"');
  const ofKeyItself = type === "AWS::KMS::Key" || type === "AWS::KMS::ReplicaKey";
  return [
    ...(listOf(Action).includes("*") ? ["every action"] : []),
    ...("NotAction" in statement || "NotResource" in statement || "NotPrincipal" in statement ? ["all but something"] : []),
    ...(everyone && !Condition ? ["everyone, without a condition"] : []),
    // In the policy of a key "*" is that key (AWS KMS Developer Guide, "Key policies in AWS KMS").
    ...(listOf(resources).includes("*") && !ofKeyItself && !isReason(Sid) ? ["every resource, without a reason"] : []),
  ];
}

/**
 * Characters that AWS takes: of all policies of a role together, of its trust, and of those of resources (IAM User Guide, "IAM and AWS STS
 * quotas"; AWS KMS Developer Guide, "Resource quotas"; Amazon S3 User Guide, "Policies and permissions in Amazon S3").
 */
const longest: { readonly [type in Type]?: number } = {
  "AWS::IAM::RolePolicy": 10_240,
  "AWS::IAM::Role": 2048,
  "AWS::KMS::Key": 32_768,
  "AWS::KMS::ReplicaKey": 32_768,
  "AWS::S3::BucketPolicy": 20_480,
};

/** What AWS fills in is counted as long as an ARN is. */
const lengthOf = (document: Document): number =>
  JSON.stringify(document, (_key, value: unknown) =>
    typeof value === "object" && value !== null && Object.keys(value).some((key) => key === "Ref" || key.startsWith("Fn::"))
      ? "x".repeat(100)
      : value,
  ).length;

/** Policies that are longer than AWS takes; those of a role count together. */
export const tooLong = ({ stacks }: Plan): readonly string[] =>
  stacks.flatMap(({ part, resources }) => {
    const sizes = new Map<string, number>();
    for (const resource of resources) {
      const most = longest[resource.type];
      if (most === undefined) continue;
      const length = documentsOf(resource).reduce((sum, [, document]) => sum + lengthOf(document), 0);
      const owner =
        "RoleName" in resource.properties && resource.type === "AWS::IAM::RolePolicy"
          ? JSON.stringify(resource.properties.RoleName)
          : resource.id;
      const key = `${part} ${resource.type} ${owner}`;
      sizes.set(key, (sizes.get(key) ?? 0) + length / most);
    }
    return [...sizes].filter(([, share]) => share > 1).map(([of, share]) => `${of}: ${Math.round(share * 100)} %`);
  });
