import { afterEach } from "vitest";

/** Sets what AWS's SDK finds in its environment, and nothing of this machine's; after each test everything is as it was. */
export function processEnvironment(): (given: Readonly<Record<string, string>>) => void {
  const before = { ...process.env };
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  });
  return (given) => {
    for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
    Object.assign(process.env, given);
  };
}
