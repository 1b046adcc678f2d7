import { functionsPage } from "../assets/functions/bundle.ts";
import { declarations } from "./cloudformation/declarations.ts";
import { types } from "./cloudformation/types.ts";
import { withheld } from "./cloudformation/withheld.ts";
import { configurationPage } from "./configuration.ts";
import { enginesPage } from "./engines.ts";
import { errorsPage } from "./errors.ts";
import { faultsPage } from "./faults.ts";
import { outputsPage } from "./outputs.ts";
import { proofPage } from "./proof.ts";
import { argumentsPage, schemaPage } from "./pulumi/pages.ts";
import { recoveryPage } from "./recovery.ts";

/** Every generated file, by its path in the repository. */
export const pages: Readonly<Record<string, () => string>> = {
  "docs/configuration.md": configurationPage,
  "docs/engines.md": enginesPage,
  "docs/errors.md": errorsPage,
  "docs/faults.md": faultsPage,
  "docs/outputs.md": outputsPage,
  "docs/proof.md": proofPage,
  "docs/recovery.md": recoveryPage,
  "lib/engines/pulumi/pulumi.gen.ts": argumentsPage,
  "lib/engines/pulumi/schema.gen.ts": schemaPage,
  "lib/plan/cloudformation.gen.ts": () => declarations(types, withheld()),
  "lib/plan/functions.gen.ts": functionsPage,
};
