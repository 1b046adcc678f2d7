// Makes a file longer by one byte, as often as told, each time under the lock; says so each time. Two at once would write the same byte.
import { openSync, statSync, writeSync } from "node:fs";
import { withLock } from "../../../../lib/worlds/local/lock.ts";

const [file = "", times = "1", mode = ""] = process.argv.slice(2);
const counted = openSync(file, "r+");

for (let done = 0; done < Number(times); done++) {
  await withLock(`${file}.lock`, async () => {
    const before = statSync(file).size;
    if (mode === "die-inside") process.kill(process.pid, "SIGKILL");
    await new Promise((resolve) => setImmediate(resolve));
    writeSync(counted, "+", before);
    writeSync(1, "+");
  });
}
