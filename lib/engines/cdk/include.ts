import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Token } from "aws-cdk-lib";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import type { Construct } from "constructs";
import type { Template } from "../../plan/as-template.ts";
import { isStackOutput } from "../../plan/stack-outputs.ts";

/** What CloudFormation takes as an object while CDK's class, which kept an older type, wants text. */
const textForCdk = [["AWS::Logs::ResourcePolicy", "PolicyDocument"]] as const;

/**
 * Puts a template under the scope as CDK's typed L1 classes, its logical ids unchanged. Generic resources would do for a deployment, but
 * aspects and cdk-nag see nothing in those.
 */
export function include(scope: Construct, template: Template): CfnInclude {
  const { body, outputs } = withoutStackOutputs(template);
  const Parameters = Object.fromEntries([...outputs.keys()].map((name) => [name, { Type: "String" }]));
  const included = throughFile({ Parameters, ...body }, (templateFile) => {
    return new CfnInclude(scope, "Plan", { templateFile, parameters: Object.fromEntries(outputs) });
  });
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    for (const [type, property] of textForCdk) {
      if (Type === type) included.getResource(id).addPropertyOverride(property, Reflect.get(Properties, property));
    }
  }
  return included;
}

/** CfnInclude knows no `Fn::GetStackOutput`; it does replace parameters, at any depth, by values that it does not look into. */
function withoutStackOutputs({ Resources, Outputs }: Template): { body: object; outputs: Map<string, unknown> } {
  const outputs = new Map<string, unknown>();
  const body: object = JSON.parse(JSON.stringify({ Resources, Outputs }), (_key, value: unknown) => {
    if (!isStackOutput(value)) return textWhereNeeded(value);
    // No logical id has a hyphen, so the name is never taken.
    const name = `stack-output-${outputs.size}`;
    outputs.set(name, Token.asAny(value));
    return { Ref: name };
  });
  return { body, outputs };
}

function textWhereNeeded(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("Type" in value) || !("Properties" in value)) return value;
  const found = textForCdk.find(([type]) => type === value.Type);
  return found ? { ...value, Properties: { ...Object(value.Properties), [found[1]]: "{}" } } : value;
}

/** CfnInclude reads a file, and only while it is constructed. */
function throughFile<T>(template: object, use: (file: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), "sluice-cdk-"));
  try {
    const file = path.join(folder, "template.json");
    writeFileSync(file, JSON.stringify(template), { mode: 0o600 });
    return use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
