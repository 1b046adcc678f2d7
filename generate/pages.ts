import { declarations } from "./cloudformation/declarations.ts";
import { types, withheld } from "./cloudformation/types.ts";
import { configurationPage } from "./configuration.ts";
import { errorsPage } from "./errors.ts";
import { faultsPage } from "./faults.ts";

/** Every generated file, by its path in the repository. */
export const pages: Readonly<Record<string, () => string>> = {
  "docs/configuration.md": configurationPage,
  "docs/errors.md": errorsPage,
  "docs/faults.md": faultsPage,
  "lib/plan/cloudformation.gen.ts": () => declarations(types, withheld),
};
