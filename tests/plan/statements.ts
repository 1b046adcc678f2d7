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
