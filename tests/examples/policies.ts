import type { Found, Part, Templates } from "./template.ts";

/** A statement of a policy, with every list a list. */
export interface Stated {
  readonly effect: string;
  readonly sid: unknown;
  readonly services: readonly string[];
  readonly everyone: boolean;
  readonly accounts: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition: unknown;
}

export function statementsOf(part: Part, path: string): readonly Stated[] {
  return part.parts(`${path}.Statement`).map((one) => ({
    effect: one.text("Effect"),
    sid: one.at("Sid"),
    services: one.texts("Principal.Service"),
    everyone: one.at("Principal") === "*",
    accounts: one.texts("Principal.AWS"),
    actions: one.texts("Action"),
    resources: one.texts("Resource"),
    condition: one.at("Condition"),
  }));
}

/** What a role's own policies say. */
export function grantsOf(templates: Templates, role: Found): readonly Stated[] {
  return policiesOf(templates, role).flatMap((one) => statementsOf(one, "PolicyDocument"));
}

export function policiesOf(templates: Templates, role: Found): readonly Found[] {
  return templates.all("AWS::IAM::RolePolicy").filter((one) => one.at("RoleName") === role.ref);
}

/** Whether a statement allows an action on a resource. Conditions are not looked at: the IAM evaluator judges them. */
export function allows({ effect, actions, resources }: Stated, action: string, resource: string): boolean {
  return effect === "Allow" && actions.some((one) => matches(one, action)) && resources.some((one) => matches(one, resource));
}

/** IAM User Guide, "IAM JSON policy elements": `*` stands for any characters, `?` for one. */
export function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(text);
}
