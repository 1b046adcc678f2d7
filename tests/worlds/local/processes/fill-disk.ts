// Runs in a mount namespace of its own: a 1 MiB disk is mounted on the given folder, a ledger lives there while the disk fills up.
// Prints what each stage showed as one JSON object.
import { execFileSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeSync } from "node:fs";
import path from "node:path";
import { errorNumber, UserError } from "../../../../lib/base/errors.ts";
import { systemClock } from "../../../../lib/base/time.ts";
import { fileLedger, holderHere } from "../../../../lib/worlds/local/ledger.ts";

const [folder = ""] = process.argv.slice(2);
execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
const file = path.join(folder, "ledger.jsonl");
const filler = path.join(folder, "filler");
const ledger = fileLedger(file, { clock: systemClock });
const holder = holderHere("writer");
let next = 0;

async function append(size: number): Promise<string> {
  const body = "x".repeat(size);
  try {
    const result = await ledger.append(next, { release: "r", step: "", attempt: 1, at: systemClock.now(), holder, kind: "noted", body });
    if (result.is === "fenced") return "fenced";
    next++;
    return result.room;
  } catch (error) {
    return error instanceof UserError ? error.code : String(error);
  }
}

function fill(): void {
  const handle = openSync(filler, "a");
  for (const size of [65_536, 4_096, 64, 1]) {
    try {
      for (;;) if (writeSync(handle, Buffer.alloc(size)) < size) break;
    } catch (error) {
      if (errorNumber(error) !== "ENOSPC") throw error;
    }
  }
  closeSync(handle);
}

const first = await append(6_000);
const reserve = statSync(`${file}.reserve`);
const reserved = { size: reserve.size, allocated: reserve.blocks * 512 >= reserve.size };
fill();
// So small that no new block is needed: the space of the reserve stays free, and would take a new reserve at once.
const full = [await append(100), await append(100)];
const reserveGone = !existsSync(`${file}.reserve`);
fill();
const fuller = [await append(6_000), await append(6_000)];
// One block for the lock and one for the beginning of the line.
truncateSync(filler, statSync(filler).size - 8_192);
const partly = await append(20_000);
const endsWhole = readFileSync(file).at(-1) === 0x0a;
rmSync(filler);
const freed = [await append(6_000), await append(6_000)];
const readBack = (await ledger.read()).length === next && (await fileLedger(file, { clock: systemClock }).read()).length === next;
process.stdout.write(JSON.stringify({ first, reserved, full, reserveGone, fuller, partly, endsWhole, freed, readBack }));
