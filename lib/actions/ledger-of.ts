import type { Ledger } from "../ports/ledger.ts";
import { isGoneHere } from "../worlds/local/ledger.ts";
import { readMap } from "./environment-map.ts";
import { installed } from "./installed.ts";
import { stateOf } from "./project.ts";
import { rehearsalLedger } from "./rehearsal/open.ts";
import { rehearsalEnvironment } from "./rehearsal/settings.ts";

/** The command by which a release of an environment begins, or goes on. */
export const startCommand = (environment: string): string =>
  environment === rehearsalEnvironment ? "sluice rehearse" : `sluice release ${environment} --version IMAGE`;

/** A command that takes an environment, as it is typed for this one. */
export const commandOn = (command: string, environment: string): string =>
  environment === rehearsalEnvironment ? command : command.replace(/^sluice (\S+)/, `sluice $1 ${environment}`);

/** Gives the ledger of an environment to whoever reads it or writes to it: that of rehearsals is on this machine, any other one on AWS. */
export async function withLedger<T>(project: string, environment: string, use: (ledger: Ledger) => Promise<T>): Promise<T> {
  if (environment === rehearsalEnvironment) return use(rehearsalLedger(stateOf(project)));
  const map = await readMap(project, environment);
  return installed("the ledger on AWS", ["@aws-sdk/client-dynamodb"], async () => {
    const { openLedger } = await import("../worlds/aws/table.ts");
    const { ledger, close } = openLedger(map, isGoneHere);
    try {
      return await use(ledger);
    } finally {
      close();
    }
  });
}
