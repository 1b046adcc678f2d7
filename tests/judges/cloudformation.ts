import { createRequire } from "node:module";

/** What `@aws/cloudformation-validate` says about a template. */
export interface Diagnostic {
  readonly ruleId: string;
  readonly severity: "FATAL" | "ERROR" | "WARN" | "INFO" | "DEBUG";
  readonly message: string;
  readonly entity?: { readonly logicalId: string };
}

interface Package {
  version(): string;
  TemplateContent: new (text: string, name: string) => object;
  CompositeEngine: new (
    options: object,
  ) => {
    listRules(): readonly object[];
    validateTemplate(template: object): { readonly diagnostics: readonly Diagnostic[] };
  };
}

// It comes inside aws-cdk-lib, which is what makes it available to everyone who has CDK.
const ofCdk = createRequire(createRequire(import.meta.url).resolve("aws-cdk-lib/package.json"));
const found: Package = ofCdk("@aws/cloudformation-validate");
// It takes more than half a second to load, hence once.
const engine = new found.CompositeEngine({});

export const ruleCount = engine.listRules().length;

/** What is worse than a hint; the hints (`I…`) tell which properties replace a resource and where a comment could stand. */
export function diagnosticsOf(template: object, name: string): readonly Diagnostic[] {
  const { diagnostics } = engine.validateTemplate(new found.TemplateContent(JSON.stringify(template), name));
  return diagnostics.filter(({ severity }) => severity !== "INFO" && severity !== "DEBUG");
}
