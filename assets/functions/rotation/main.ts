import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Address, Open } from "./accounts.ts";
import { type AppUser, handle } from "./handle.ts";
import { mysql } from "./mysql.ts";
import { postgres } from "./postgres.ts";
import { secretsManager } from "./secrets-manager.ts";

const store = secretsManager();

/** What Lambda calls; where everything is stands in the environment. */
export const handler = (event: unknown): Promise<void> =>
  handle(event, {
    store,
    open: openOf(given("ENGINE")),
    database: addressIn(given("DATABASE_ADDRESS")),
    ...(process.env.PROXY_ADDRESS && { proxy: addressIn(process.env.PROXY_ADDRESS) }),
    master: given("MASTER_SECRET_ARN"),
    users: [userIn("FIRST"), userIn("SECOND")],
    // Letters, digits, "-" and "_": nothing that needs quoting anywhere.
    fresh: () => randomBytes(24).toString("base64url"),
    wait: (milliseconds) => setTimeout(milliseconds),
  });

function openOf(engine: string): Open {
  if (engine === "mysql") return mysql;
  if (engine === "postgres") return postgres(given("DATABASE_NAME"), true);
  throw new Error(`there is no engine "${engine}"`);
}

function userIn(which: "FIRST" | "SECOND"): AppUser {
  const secret = process.env[`${which}_SECRET_ARN`];
  return { name: given(`${which}_USER`), ...(secret && { secret }) };
}

function addressIn(text: string): Address {
  const [host = "", port] = text.split(":");
  return { host, port: Number(port) };
}

function given(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}
