import pg from "pg";
import { type Accounts, type Open, patience } from "./accounts.ts";

/** What owns everything of the app: its accounts come and go, and what they make must belong to both. */
const owner = "app";

/** Sessions with PostgreSQL; `ssl: false` is for a database on this machine. */
export function postgres(database: string, ssl: boolean): Open {
  return async ({ host, port }, { username: user, password }) => {
    const client = new pg.Client({ host, port, user, password, database, ssl, connectionTimeoutMillis: patience });
    // Without a listener an end that nobody asked for would end the process.
    client.on("error", () => undefined);
    try {
      await client.connect();
    } catch (problem) {
      if (isRefusal(problem)) return undefined;
      throw problem;
    }
    return accountsOf(client, user);
  };
}

function accountsOf(client: pg.Client, self: string): Accounts {
  const any = async (text: string, user: string): Promise<boolean> => (await client.query(text, [user])).rows.length > 0;
  const has = (user: string): Promise<boolean> => any("SELECT 1 FROM pg_roles WHERE rolname = $1", user);
  const setPassword = (user: string, password: string) =>
    client.query(`ALTER ROLE ${client.escapeIdentifier(user)} PASSWORD ${client.escapeLiteral(password)}`);
  return {
    has,
    // Who may not see when it was counts it as busy.
    busy: (user) =>
      any("SELECT 1 FROM pg_stat_activity WHERE usename = $1 AND (state_change < now() - interval '1 day') IS NOT TRUE", user),
    putApp: async ({ username, password }) => {
      await putOwner(client, self, await has(owner));
      const name = client.escapeIdentifier(username);
      if (!(await has(username))) await client.query(`CREATE ROLE ${name} LOGIN`);
      await client.query(`GRANT ${owner} TO ${name}`);
      await client.query(`ALTER ROLE ${name} SET role TO ${owner}`);
      await setPassword(username, password);
    },
    changeOwn: async ({ username, password }) => {
      await setPassword(username, password);
    },
    end: () => client.end(),
  };
}

/**
 * What the administrator made, or a snapshot brought, becomes the app's as well, and so does the database itself (PostgreSQL documentation, "REASSIGN OWNED", "CREATE ROLE": who
 * makes a role may grant it, also to himself). A table that is in use for long stops the rotation and not the app.
 */
async function putOwner(client: pg.Client, self: string, there: boolean): Promise<void> {
  const me = client.escapeIdentifier(self);
  await client.query("SET lock_timeout TO '5s'");
  if (!there) await client.query(`CREATE ROLE ${owner} NOLOGIN`);
  await client.query(`GRANT ${owner} TO ${me}`);
  await client.query(`REASSIGN OWNED BY ${me} TO ${owner}`);
}

/** PostgreSQL documentation, "PostgreSQL error codes": class 28, invalid authorization. */
const isRefusal = (problem: unknown): boolean => problem instanceof pg.DatabaseError && problem.code?.startsWith("28") === true;
