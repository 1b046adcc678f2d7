// Asks one command that takes long, for a test that kills this process meanwhile.
import { duration } from "../../../../lib/base/time.ts";
import { localProbe } from "../../../../lib/worlds/local/probe.ts";

const [folder = "", command = ""] = process.argv.slice(2);
const probe = localProbe({ cwd: folder, env: {}, log: `${folder}/log` });
await probe.ask("http://127.0.0.1:1", [{ kind: "command", command, timeout: duration(60_000) }]);
