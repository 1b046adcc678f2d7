import * as pulumi from "@pulumi/pulumi";
import { configuration, sectionNames } from "../../config/config.ts";
import { valueAt } from "../../config/problems.ts";
import { isTree } from "./codecs.ts";
import { refuseStrange } from "./stack-keys.ts";

/** What a stack's configuration may say besides the sections of `sluice.config.ts`. */
const own = {
  config: "Folder or file of the configuration, from the folder of Pulumi.yaml.",
  environment: "Name of the environment. Without it: the name of the stack.",
} as const;

/** What `pulumi config` says for the program `bin/tap.ts`. */
export interface Stated {
  /** Folder or file of the configuration, if it is said. */
  readonly config: string | undefined;
  readonly environment: string;
  /** Sections that come over those of the file, member by member. */
  readonly sections: Readonly<Record<string, unknown>>;
}

/**
 * Reads the configuration of the stack (B16): `config` and `environment`, and any section of `sluice.config.ts`, such as
 * `pulumi config set --path 'environments.production.migration.phase' snapshot`. Refuses keys that nothing
 * reads, with the one that was meant, and secrets.
 */
export function stated(): Stated {
  const config = new pulumi.Config();
  const known = [...Object.keys(own), ...sectionNames];
  const project = pulumi.getProject();
  const values = pulumi.runtime.allConfig();
  refuseStrange({ project, known, values, secret: secretKeys() });
  const keys = Object.keys(values).flatMap((key) => (key.startsWith(`${project}:`) ? [key.slice(project.length + 1)] : []));
  const sections = keys.filter((key) => sectionNames.includes(key)).map((key) => [key, read(config, key)] as const);
  return {
    config: config.get("config"),
    environment: config.get("environment") ?? pulumi.getStack(),
    sections: Object.fromEntries(sections),
  };
}

/** As the language host tells them (@pulumi/pulumi, runtime/config.ts); what reads them there is internal. */
function secretKeys(): readonly unknown[] {
  const keys: unknown = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS || "[]");
  return Array.isArray(keys) ? keys : [];
}

/** Pulumi keeps what was set by a path as JSON, and a plain value as it was typed. */
function read(config: pulumi.Config, key: string): unknown {
  const text = config.require(key);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What was written, with the members that are stated in place of its own, however deep, and in the form that each of them has there. */
export function stateOver(given: unknown, said: Stated["sections"]): unknown {
  const { error } = configuration.safeParse(overlaid(given, said));
  const formed = structuredClone(said);
  for (const { code, path } of error?.issues ?? []) {
    const [key, holder] = [path.at(-1), valueAt(formed, path.slice(0, -1))];
    if (key === undefined || typeof holder !== "object" || holder === null) continue;
    if (code === "invalid_type" || code === "invalid_union") Reflect.set(holder, key, otherForm(Reflect.get(holder, key)));
  }
  return overlaid(given, formed);
}

/** Whether `pulumi config set --path` keeps `50` as a number or as text follows from its looks alone, and not from what is wanted. */
function otherForm(value: unknown): unknown {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && /^(\d+(\.\d+)?|true|false)$/.test(value) ? JSON.parse(value) : value;
}

/** `null` takes a member away; what is typed after a path becomes the word. */
function overlaid(given: unknown, said: unknown): unknown {
  if (!isTree(said)) return said === "null" ? null : said;
  const own = isTree(given) ? given : {};
  const both = { ...own, ...Object.fromEntries(Object.entries(said).map(([name, one]) => [name, overlaid(own[name], one)])) };
  return Object.fromEntries(Object.entries(both).filter(([, one]) => one !== null));
}
