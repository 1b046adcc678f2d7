import { z } from "zod";
import { once, section, text, time, urlPath, whole } from "../values.ts";
import { compute } from "./compute.ts";

const buildspecFile = text('write the path of a buildspec file, such as "buildspec/build.yml"');
const buildspecFiles = section({
  build: buildspecFile.optional().describe("Buildspec file of the build stage."),
  test: buildspecFile.optional().describe("Buildspec file of the test stage."),
});
const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "write a variable name of letters, digits and underscores");

// Elastic Load Balancing API reference, PathPatternConditionConfig.
const pathPattern = text('write a path pattern that starts with "/", such as "/api/*"').regex(
  /^\/[A-Za-z0-9_\-.$/~"'@:+&*?]{0,127}$/,
  'write a path pattern such as "/api/*": "/", then up to 127 letters, digits and _-.$/~"\'@:+&, with * and ? as wildcards',
);

/** Elastic Load Balancing API reference, CreateTargetGroup: HealthCheckPath. */
const longestHealth = 1024;
/** Elastic Load Balancing API reference, TargetGroupAttribute: deregistration_delay.timeout_seconds, at most 3,600 s. */
const longestDrain = 3_600_000;

const service = section({
  start: text('write the command that starts the app, such as "node server.js"')
    .optional()
    .describe(
      "Shell command that starts the app, which must listen on the port in `PORT`. Without it: the start script, main file or command of the app's `package.json`.",
    ),
  port: whole(1, 65_535)
    .prefault(8080)
    .describe("Port of the app in its container or on its machine, on AWS, from its first deploy on; in a rehearsal each copy gets one."),
  health: urlPath
    .max(longestHealth, `write a path of at most ${longestHealth} characters: a load balancer asks for no longer one`)
    .prefault("/")
    .describe("Path that answers 2xx or 3xx to `GET` once a copy is ready."),
  startWithin: time(100).prefault("30s").describe("How long a copy may take from its start until it is healthy."),
  grace: time(0, longestDrain).prefault("5s").describe("How long a copy may take to end after SIGTERM, before SIGKILL."),
  count: whole(1, 50).prefault(2).describe("How many copies of each version run in a rehearsal."),
  compute,
  paths: once(z.array(pathPattern, { error: 'write a list of path patterns, such as ["/api", "/api/*"]' }))
    .min(1, "write at least one path pattern")
    .max(3, "write at most three path patterns: a rule of a load balancer compares five values, and tests need two")
    .optional()
    .describe(
      "Paths under the domain that lead to this service on AWS, in place of a name of its own; `health` has to be one of them, or no release can test it. Not for the first service, which takes what no other does.",
    ),
  subdomain: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "write one label of small letters and digits, with hyphens inside")
    .optional()
    .describe("Name below the environment's domain that leads to this service on AWS. Without it: the service's own name."),
  priority: whole(1, 24_999)
    .optional()
    .describe(
      "Order in which the load balancer asks whether a request is this service's, smaller first. Without it: one that follows from name and paths, and stays.",
    ),
  env: z
    .record(variableName, z.string({ error: "write the value as text, in quotes" }))
    .prefault({})
    .describe("Plain environment variables of the app; no secrets. The app gets these, `PORT` and little else."),
  migrate: text('write a command such as "node migrate.js"')
    .optional()
    .describe(
      "Shell command that changes the schema of the database for a new version: each release runs it once, with that version, before a copy of it starts. The live version goes on using the data, so it adds only; a later release takes away.",
    ),
  migrateWithin: time(1_000).prefault("15m").describe("How long `migrate` may take; then it is ended, and the release turns back."),
  encrypts: z
    .boolean({ error: "write true or false" })
    .prefault(false)
    .describe(
      "Whether the service gets a key to encrypt what it stores, its ARN in `ENCRYPTION_KEY_ARN`. What it sealed in one region it opens in each.",
    ),
  buildspec: z
    .union([buildspecFile, buildspecFiles], { error: 'write a path, or an object such as { build: "buildspec/build.yml" }' })
    .transform((given) => (typeof given === "string" ? { build: given } : given))
    .optional()
    .describe(
      "CodeBuild buildspec files (0.2), looked up in the version itself and then in the project folder; one path alone is the build stage. Without it: the scripts of the app's `package.json`.",
    ),
});

/** One service as rules and plan read it, with the name that it stands under. */
export type Service = z.output<typeof service> & { readonly name: string };

/** The services by name, as a list in which each knows its name. What a name may be, a rule says. */
export const services = z
  .record(z.string(), service, { error: 'write an object of services by name, such as { web: { health: "/health" } }' })
  .prefault({ app: {} })
  .transform((byName, context): [Service, ...Service[]] => {
    const [first, ...others] = Object.entries(byName).map(([name, one]) => ({ ...one, name }));
    if (first) return [first, ...others];
    context.issues.push({ code: "custom", message: "name one service, such as { web: {} }", input: byName });
    return z.NEVER;
  })
  .describe(
    "What is released, by name. The first takes all requests on AWS that no other does, and is the one that a rehearsal releases; the others follow it.",
  );
