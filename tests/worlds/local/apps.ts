import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { create } from "tar";
import { duration } from "../../../lib/base/time.ts";
import type { Artifact } from "../../../lib/ports/artifact.ts";
import { forgetDead } from "../../../lib/worlds/local/background.ts";
import { asHolder, type HeldPlane } from "../../../lib/worlds/local/plane/holder.ts";
import { type PlaneSettings, planeFiles, readState } from "../../../lib/worlds/local/plane/state.ts";
import { sweep } from "../../../lib/worlds/local/plane/sweep.ts";
import { findPlane, type Plane } from "../../../lib/worlds/local/plane-process.ts";

/** A folder of its own for one test: its state folder and its artifacts. */
export interface Ground {
  readonly root: string;
  /** The state folder of the project. */
  readonly state: string;
  pack(version: string, start: string, files: Readonly<Record<string, string>>): Promise<Artifact>;
  /** Ends the plane, if one runs, and removes everything. */
  clear(): Promise<void>;
}

export function newGround(): Ground {
  const root = mkdtempSync(path.join(os.tmpdir(), "sluice-test-"));
  const state = path.join(root, ".sluice");
  return {
    root,
    state,
    async pack(version, start, files) {
      const cwd = path.join(root, version);
      mkdirSync(cwd);
      for (const [name, text] of Object.entries(files)) writeFileSync(path.join(cwd, name), text, { mode: 0o755 });
      const file = `${cwd}.tar`;
      await create({ file, cwd, portable: true }, ["."]);
      return { digest: createHash("sha256").update(readFileSync(file)).digest("hex"), version, file, start };
    },
    async clear() {
      await findPlane(state)?.stop();
      // What a test that failed half-way leaves of a plane that it killed.
      const files = planeFiles(state);
      await sweep(readState(files.state)?.processes ?? []);
      forgetDead(files.process);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/**
 * An app that says its version at `/`, 500 at `/fail`, answers late at `/slow?ms`, dies at `/die`, and tells its
 * environment at `/env`.
 */
export const server = (version: string): string => `
import http from "node:http";
const server = http.createServer((request, response) => {
  const url = new URL(request.url, "http://app");
  if (url.pathname === "/fail") return response.writeHead(500).end();
  if (url.pathname === "/die") process.exit(3);
  if (url.pathname === "/env") return response.end(JSON.stringify(process.env));
  if (url.pathname === "/slow") return setTimeout(() => response.end("slow"), Number(url.search.slice(1)));
  response.end(${JSON.stringify(version)});
});
server.listen(process.env.PORT, "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
`;

export const packServer = (ground: Ground, version: string): Promise<Artifact> =>
  ground.pack(version, "node server.mjs", { "server.mjs": server(version) });

/** The plane as a controller sees it that took the lock at this position. */
export const held = (plane: Plane, fence = 0): HeldPlane => ({ ...plane, call: asHolder(plane.call, () => fence) });

export const settings: PlaneSettings = {
  port: 0,
  health: { path: "/", every: duration(50), timeout: duration(1_000), startWithin: duration(20_000) },
  env: {},
  grace: duration(3_000),
  lease: duration(60_000),
};
