import { UserError } from "../../base/errors.ts";
import type { Node } from "./graph.ts";

/**
 * Throws for providers of AWS without a region, all at once, which would end a deploy at its first resource (Pulumi Registry, AWS: configuration,
 * `region`). A provider of its own takes none from the stack's configuration.
 */
export function refuseRegionless(resources: readonly Node[], config: Readonly<Record<string, string>>): void {
  const own = resources.filter(({ type, inputs }) => type === "pulumi:providers:aws" && !inputs.region);
  const stated = config["aws:region"] ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  const [first] = stated ? [] : resources.filter(({ type, custom, provider }) => custom && type.startsWith("aws:") && provider === "");
  if (own.length === 0 && !first) return;
  throw new UserError(
    "engine/no-region",
    "a provider of AWS has no region",
    'give a provider of its own one, { region: "eu-west-1" }, and the stack one for all other resources: pulumi config set aws:region eu-west-1',
    [
      ...own.map(({ name, source }) => `the provider ${name}${source === undefined ? "" : `, ${source}`}`),
      ...(first ? [`the stack's own provider, which ${first.name} (${first.type}) is made by`] : []),
    ],
  );
}
