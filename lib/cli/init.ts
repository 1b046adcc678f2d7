import { type InitOptions, init, systems } from "../actions/init.ts";
import { UserError } from "../base/errors.ts";
import { printData } from "./output.ts";

/** `sluice init`: what was written, a line each, and what to do next; without a system or `--workflow` the systems that there are. */
export async function runInit(options: InitOptions): Promise<number> {
  if (options.system === undefined && !options.workflow) {
    const width = Math.max(...Object.keys(systems).map(({ length }) => length));
    await printData(Object.entries(systems).map(([name, { builds }]) => `${name.padEnd(width)}  ${builds}`));
    throw new UserError("usage/invalid", "which of these systems?", "name one, such as: sluice init d-container-pipeline");
  }
  await printData(await init(options));
  const next =
    options.system === undefined
      ? "git add .github"
      : "sluice plan production   (once the accounts and names in sluice.config.ts are yours)";
  process.stderr.write(`next      ${next}\n`);
  return 0;
}
