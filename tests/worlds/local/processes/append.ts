// Appends to a ledger as fast as it can, as often as told, and prints each position that it was told is safe.
import { writeSync } from "node:fs";
import { systemClock } from "../../../../lib/base/time.ts";
import { fileLedger, holderHere } from "../../../../lib/worlds/local/ledger.ts";

const [file = "", times = "1"] = process.argv.slice(2);
const ledger = fileLedger(file, { clock: systemClock });
const holder = holderHere("appender");

let next = (await ledger.read()).length;
for (let won = 0; won < Number(times); ) {
  const body = { by: process.pid, filler: "x".repeat(Math.floor(Math.random() * 8_000)) };
  const result = await ledger.append(next, { release: "r-1", step: "", attempt: 1, at: systemClock.now(), holder, kind: "noted", body });
  if (result.is === "appended") {
    writeSync(1, `${result.position}\n`);
    won++;
  }
  next = result.is === "appended" ? result.position + 1 : result.next;
}
