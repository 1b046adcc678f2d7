import type { EnvironmentMap } from "../ports/environment-map.ts";
import type { Step } from "./doctor-step.ts";

/** A step for the ledger of an environment that was deployed: only here it is read to its beginning. */
export function ledgerSteps({ environment, stacks }: EnvironmentMap): readonly Step[] {
  return stacks.flatMap(({ part, account, region, outputs: { LedgerTable: table } }) =>
    part !== "ledger" || table === undefined
      ? []
      : [
          {
            id: `ledger ${table}`,
            what: `the ledger ${table} is whole: nobody changed or took away what was written`,
            hint: "restore it beside this one as it was before that, and compare",
            question: { kind: "ledger", region, account, table, environment },
            run: [
              `aws dynamodb restore-table-to-point-in-time --region ${region} --source-table-name ${table} --target-table-name ${table}-before --restore-date-time TIME`,
            ],
          },
        ],
  );
}
