// Tries to read a ledger and to append to it, and prints the codes of what was refused.
import { UserError } from "../../../../lib/base/errors.ts";
import { systemClock } from "../../../../lib/base/time.ts";
import { fileLedger, holderHere } from "../../../../lib/worlds/local/ledger.ts";

const [file = ""] = process.argv.slice(2);
const ledger = fileLedger(file, { clock: systemClock });
const code = (error: unknown) => (error instanceof UserError ? `${error.code}: ${error.message}` : String(error));
const draft = { release: "r", step: "", attempt: 1, at: systemClock.now(), holder: holderHere("one"), kind: "noted", body: {} };

const read = await ledger.read().then((entries) => entries.length, code);
const appended = await ledger.append(1, draft).then((result) => result.is, code);
process.stdout.write(JSON.stringify({ read, appended }));
