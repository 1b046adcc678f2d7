import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { harmless, type Mischief, order } from "../../../lib/actions/faults/mischief.ts";
import { until } from "../../worlds/local/until.ts";

const saboteur = fileURLToPath(new URL("../../../lib/actions/faults/saboteur.ts", import.meta.url));

/** Answers with what it was asked and sent, gives no answer to /close, ends with 9 where its port is taken and with 7 on SIGTERM. */
const app = `
const server = require("node:http").createServer((request, response) => {
  if (request.url === "/close") return request.socket.destroy();
  let sent = "";
  request.on("data", (chunk) => (sent += chunk)).on("end", () => response.writeHead(201, { "x-app": process.env.PORT }).end(request.method + " " + request.url + " " + sent));
});
server.listen(process.env.PORT, "127.0.0.1").on("error", () => process.exit(9));
process.on("SIGTERM", () => process.exit(7));
`;

interface Copy {
  readonly url: string;
  readonly port: number;
  readonly file: string;
  /** Ends the whole group, as a guard does. */
  end(): void;
  readonly ended: Promise<number | null>;
}

/** Starts an app behind a saboteur. */
async function started(mischief: Partial<Mischief>, command = [process.execPath, "-e", app]): Promise<Copy> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "saboteur-"));
  const file = path.join(folder, "mischief.json");
  order(file, { ...harmless, ...mischief });
  return copyOf(file, command, await freePort(), folder);
}

function copyOf(file: string, command: readonly string[], port: number, folder?: string): Copy {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", saboteur, file, ...command], {
    env: { ...process.env, PORT: String(port) },
    stdio: "ignore",
    detached: true,
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  onTestFinished(async () => {
    const impatience = setTimeout(() => endGroup(child, "SIGKILL"), 2_000);
    endGroup(child, "SIGTERM");
    await ended;
    clearTimeout(impatience);
    if (folder) rmSync(folder, { recursive: true, force: true });
  });
  return { url: `http://127.0.0.1:${port}`, port, file, end: () => endGroup(child, "SIGTERM"), ended };
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // Nothing of the group is left.
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

const statusOf = (url: string) =>
  fetch(url).then(
    async (answer) => {
      await answer.text();
      return answer.status;
    },
    () => undefined,
  );

const answers = ({ url }: Copy, status: number) => until(`${url} answers ${status}`, async () => (await statusOf(url)) === status);

test("X03: without mischief requests and answers pass unchanged, and the app has a port of its own", async () => {
  const copy = await started({});
  await answers(copy, 201);
  const answer = await fetch(`${copy.url}/orders?one=1`, { method: "POST", body: "two eggs" });
  expect({ status: answer.status, text: await answer.text() }).toEqual({ status: 201, text: "POST /orders?one=1 two eggs" });
  expect(answer.headers.get("x-app")).not.toBe(String(copy.port));
  expect(await statusOf(`${copy.url}/close`)).toBe(502);
});

test("X03: it answers for the app as it is ordered to at that moment, and is as before when the order ends", async () => {
  const copy = await started({});
  await answers(copy, 201);
  order(copy.file, { ...harmless, failureRate: 1 });
  await answers(copy, 500);
  order(copy.file, { ...harmless, healthy: false });
  await answers(copy, 503);
  order(copy.file, harmless);
  await answers(copy, 201);
});

test("X03: an answer that is to be late is the app's own, late", async () => {
  const copy = await started({ delay: 300 });
  await answers(copy, 201);
  const begun = performance.now();
  expect(await statusOf(copy.url)).toBe(201);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(300);
});

test("X03: a candidate that is to crash serves first, and then ends by itself", async () => {
  const copy = await started({ crashes: true });
  await answers(copy, 201);
  expect(await copy.ended).toBe(1);
});

test("X03: only the first copy finds its port taken; the next one that is started serves", async () => {
  const first = await started({ takesPort: true });
  expect(await first.ended).toBe(9);
  expect(existsSync(`${first.file}.taken`)).toBe(true);
  const next = copyOf(first.file, [process.execPath, "-e", app], first.port);
  await answers(next, 201);
});

test("X05: a SIGTERM to the group is the app's to answer, and its exit code is the saboteur's", async () => {
  const copy = await started({});
  await answers(copy, 201);
  copy.end();
  expect(await copy.ended).toBe(7);
});

test("A17: a start command that is not there ends with 127, as in a shell", async () => {
  expect(await (await started({}, ["/no/such/program"])).ended).toBe(127);
});
