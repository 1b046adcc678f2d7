import { errorNumber, UserError } from "../base/errors.ts";

/** Loads a part of Sluice that needs packages which not everybody installs; where one is missing, says which to install. */
export async function installed<T>(what: string, packages: readonly string[], load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (errorNumber(error) !== "ERR_MODULE_NOT_FOUND" || !(error instanceof Error)) throw error;
    const missing = packages.find((name) => error.message.includes(`'${name}'`));
    if (missing === undefined) throw error;
    throw new UserError(
      "engine/not-installed",
      `${what} needs the package ${missing}, which is not installed`,
      `npm install ${packages.join(" ")}`,
    );
  }
}
