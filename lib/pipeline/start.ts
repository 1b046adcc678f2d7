import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { isObject } from "../machine/read-back.ts";
import { publishedField } from "./npm-source.ts";

/** What we read of a package.json; anything may be missing or of another type. */
export interface Manifest {
  readonly [field: string]: unknown;
}

/** The package.json of a folder, or undefined where there is none that can be read as an object. */
export async function manifestOf(folder: string): Promise<Manifest | undefined> {
  try {
    const read: unknown = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    return isObject(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

/** The text of a script in package.json, or undefined. */
export function scriptOf(manifest: Manifest | undefined, name: string): string | undefined {
  const scripts = manifest?.scripts;
  const text = isObject(scripts) ? scripts[name] : undefined;
  return typeof text === "string" && text.trim() !== "" ? text : undefined;
}

/**
 * How an app is started when nobody says: a published package by its own command; else by the text of the `start` script; else by
 * server.js, as `npm start` does (https://docs.npmjs.com/cli/commands/npm-start). Undefined if nothing says how.
 * A published package must be installed already. The text expects `node_modules/.bin` on the PATH.
 */
export async function defaultStart(folder: string): Promise<string | undefined> {
  const manifest = await manifestOf(folder);
  const published = manifest?.[publishedField];
  if (typeof published === "string") return await commandOf(folder, published);
  const script = scriptOf(manifest, "start");
  if (script) return script;
  const hasServer = await stat(path.join(folder, "server.js")).then(
    (is) => is.isFile(),
    () => false,
  );
  return hasServer ? "node server.js" : undefined;
}

async function commandOf(folder: string, name: string): Promise<string | undefined> {
  const bin = (await manifestOf(path.join(folder, "node_modules", name)))?.bin;
  const own = name.slice(name.lastIndexOf("/") + 1);
  const commands = typeof bin === "string" ? [own] : isObject(bin) ? Object.keys(bin) : [];
  const command = commands.includes(own) ? own : commands[0];
  // The text goes to a shell, and the name was chosen by whoever published the package.
  return command && /^[\w.-]+$/.test(command) ? `node_modules/.bin/${command}` : undefined;
}
