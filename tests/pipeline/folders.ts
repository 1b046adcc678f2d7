import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";

/** What to write at a path: text, `{ run: text }` for an executable, `{ link: target }` for a link, `{}` for an empty folder. */
export type Written = string | { readonly run: string } | { readonly link: string } | Record<string, never>;

/** A folder that goes away with the test. */
export function tempFolder(files: Readonly<Record<string, Written>> = {}): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "sluice-test-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  write(folder, files);
  return folder;
}

export function write(folder: string, files: Readonly<Record<string, Written>>): void {
  for (const [at, what] of Object.entries(files)) {
    const file = path.join(folder, at);
    mkdirSync(path.dirname(file), { recursive: true });
    if (typeof what === "string") writeFileSync(file, what);
    else if ("link" in what) symlinkSync(what.link, file);
    else if ("run" in what) {
      writeFileSync(file, what.run);
      chmodSync(file, 0o755);
    } else mkdirSync(file);
  }
}

/** Runs git as nobody in particular, whatever this machine's settings are. */
export function git(folder: string, ...args: string[]): string {
  const who = ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"];
  return execFileSync("git", [...who, ...args], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

export function commit(folder: string, files: Readonly<Record<string, Written>>, subject: string): string {
  write(folder, files);
  git(folder, "add", "-A");
  git(folder, "commit", "-q", "-m", subject);
  return git(folder, "rev-parse", "HEAD");
}

/** A repository with a first and a second commit of one file. */
export function repository(): string {
  const folder = tempFolder();
  git(folder, "init", "-q");
  commit(folder, { "app.js": "one", "package.json": "{}" }, "first");
  commit(folder, { "app.js": "two" }, "second");
  return folder;
}

export function isInstalled(command: string): boolean {
  try {
    execFileSync(command, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Polls until a condition holds, and fails after ten seconds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function isRunning(pid: number): boolean {
  try {
    const state = execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return state !== "" && !state.startsWith("Z");
  } catch {
    return false;
  }
}
