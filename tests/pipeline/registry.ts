import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { create } from "tar";
import { onTestFinished } from "vitest";
import { tempFolder, type Written } from "./folders.ts";

/** What a registry answers an audit with: a body, or the status code of a registry that does no audits. */
export type Audit = number | Readonly<Record<string, unknown>>;

export interface Published {
  readonly name: string;
  readonly version: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, Written>>;
}

/** An npm registry on this machine with a few packages; npm is pointed at it until the test ends. */
export async function registry(published: readonly Published[], audit: Audit = 405): Promise<string> {
  const bodies = new Map<string, Buffer | string>();
  const byName = Map.groupBy(published, ({ name }) => name);
  const server = createServer((request, response) => {
    const at = decodeURIComponent(request.url ?? "");
    const body = bodies.get(at);
    if (at.startsWith("/-/npm/v1/security/"))
      response.writeHead(typeof audit === "number" ? audit : 200).end(typeof audit === "number" ? "{}" : JSON.stringify(audit));
    else response.writeHead(body ? 200 : 404).end(body ?? "{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const [name, versions] of byName) {
    const manifests = versions.map((one) => {
      const tarball = tarballOf(one);
      bodies.set(`/${name}/-/${one.version}.tgz`, tarball);
      const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
      return [one.version, { ...manifestOf(one), dist: { tarball: `${url}/${name}/-/${one.version}.tgz`, integrity } }] as const;
    });
    bodies.set(
      `/${name}`,
      JSON.stringify({ name, "dist-tags": { latest: versions.at(-1)?.version }, versions: Object.fromEntries(manifests) }),
    );
  }
  pointNpmAt(url);
  return url;
}

function pointNpmAt(url: string): void {
  const home = tempFolder();
  const settings = {
    npm_config_registry: `${url}/`,
    npm_config_cache: path.join(home, "cache"),
    npm_config_userconfig: path.join(home, "npmrc"),
  };
  const before = { ...process.env };
  Object.assign(process.env, settings);
  onTestFinished(() => {
    for (const name of Object.keys(settings)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });
}

const manifestOf = ({ name, version, bin }: Published) => ({ name, version, ...(bin && { bin }) });

function tarballOf(one: Published): Buffer {
  const files = { ...one.files, "package.json": JSON.stringify(manifestOf(one)) };
  const inside = tempFolder(Object.fromEntries(Object.entries(files).map(([at, what]) => [`package/${at}`, what])));
  return create({ gzip: true, cwd: inside, portable: true, sync: true }, ["package"]).read() ?? Buffer.alloc(0);
}
