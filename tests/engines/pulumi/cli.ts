import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { nodeLanguage } from "./language.ts";
import { type Deed, type StandInProvider, standInProvider } from "./stand-in.ts";

const root = path.join(import.meta.dirname, "../../..");

/** Why the Pulumi CLI cannot be used, or undefined. */
export const missing =
  spawnSync("pulumi", ["version"], { encoding: "utf8" }).status === 0 ? undefined : "the Pulumi CLI is not installed (.ci/run builds one)";

/** What a command of the CLI ended with, and said. */
export interface Ran {
  readonly status: number | null;
  readonly output: string;
}

/** This repository as a project of Pulumi, with a state, a home and a configuration of its own. */
export interface Project {
  run(...args: readonly string[]): Promise<Ran>;
  /** What the provider was asked to do, in order. */
  readonly deeds: Deed[];
  readonly standing: StandInProvider["standing"];
  /** Where a file of the project is. */
  at(file: string): string;
  close(): void;
}

/**
 * Pulumi.yaml and bin/tap.ts under the CLI of Pulumi itself, with a file backend, a provider that stands in for AWS's and the host for Node that
 * is in @pulumi/pulumi. What a command writes beside Pulumi.yaml goes to a folder that is deleted in the end.
 */
export async function pulumiProject(): Promise<Project> {
  const folder = mkdtempSync(path.join(tmpdir(), "sluice-pulumi-"));
  mkdirSync(path.join(folder, "state"));
  cpSync(path.join(root, "Pulumi.yaml"), path.join(folder, "Pulumi.yaml"));
  for (const name of ["bin", "examples"]) symlinkSync(path.join(root, name), path.join(folder, name));
  const [aws, language] = await Promise.all([standInProvider(), nodeLanguage()]);
  const env = {
    ...process.env,
    PULUMI_BACKEND_URL: `file://${path.join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_HOME: path.join(folder, "home"),
    PULUMI_DEBUG_PROVIDERS: aws.attach,
    PULUMI_DEBUG_LANGUAGES: language.attach,
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  return {
    deeds: aws.deeds,
    standing: aws.standing,
    at: (file) => path.join(folder, file),
    run: async (...args) => {
      const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
        cwd: folder,
        env,
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (chunk) => {
          output += String(chunk);
        });
      }
      const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
      return { status, output: output.replaceAll(folder, "PROJECT").replaceAll(root, "PROJECT") };
    },
    close: () => {
      aws.close();
      language.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
