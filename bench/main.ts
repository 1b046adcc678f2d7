/** Prints the table of numbers that the README shows. One argument picks a part: cold-start, balancer, plan, pulumi, gates, aws or rehearsal. */
import os from "node:os";
import { type Row, table } from "./row.ts";

const parts: Readonly<Record<string, () => Promise<Row[]>>> = {
  "cold-start": async () => (await import("./cold-start.ts")).coldStartBench(),
  balancer: async () => (await import("./balancer.ts")).balancerBench(),
  plan: async () => (await import("./plan.ts")).planBench(),
  pulumi: async () => (await import("./pulumi.ts")).pulumiBench(),
  gates: async () => (await import("./gates.ts")).gatesBench(),
  aws: async () => (await import("./aws.ts")).awsBench(),
  rehearsal: async () => (await import("./rehearsal.ts")).rehearsalBench(),
};

const wanted = process.argv[2];
if (wanted !== undefined && !Object.hasOwn(parts, wanted)) {
  console.error(`there is no part "${wanted}"; choose one of ${Object.keys(parts).join(", ")}`);
  process.exit(2);
}
const rows: Row[] = [];
for (const [name, bench] of Object.entries(parts)) {
  if (wanted !== undefined && name !== wanted) continue;
  console.error(`measuring: ${name} …`);
  rows.push(...(await bench()));
}
console.log(table(rows));
console.log(
  `\n${os.cpus().length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
);
