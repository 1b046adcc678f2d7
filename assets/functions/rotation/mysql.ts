import { createConnection } from "mysql2/promise";
import { type Accounts, type Open, patience } from "./accounts.ts";

/** Sessions with MySQL. */
export const mysql: Open = async ({ host, port }, { username: user, password }) => {
  try {
    const connection = await createConnection({ host, port, user, password, ssl: { verifyIdentity: true }, connectTimeout: patience });
    return accountsOf({
      ask: async (text, values) => {
        const [rows] = await connection.query(text, [...values]);
        return Array.isArray(rows) ? rows : [];
      },
      end: () => connection.end(),
    });
  } catch (problem) {
    if (isRefusal(problem)) return undefined;
    throw problem;
  }
};

/** A session with MySQL. `?` stands for a value, `??` for a name, both quoted. */
export interface Session {
  ask(text: string, values: readonly string[]): Promise<readonly object[]>;
  end(): Promise<void>;
}

/** MySQL Reference Manual, "Account Management Statements". */
export function accountsOf({ ask, end }: Session): Accounts {
  const any = async (text: string, user: string): Promise<boolean> => (await ask(text, [user])).length > 0;
  const setPassword = async (user: string, password: string): Promise<void> => {
    await ask("ALTER USER ?@'%' IDENTIFIED BY ?", [user, password]);
  };
  return {
    has: (user) => any("SELECT 1 FROM mysql.user WHERE user = ? AND host = '%'", user),
    busy: (user) => any("SELECT 1 FROM information_schema.processlist WHERE user = ? AND time < 86400", user),
    putApp: async ({ username, password }) => {
      await ask("CREATE USER IF NOT EXISTS ?@'%' REQUIRE SSL", [username]);
      for (const schema of await schemas(ask)) await ask("GRANT ALL PRIVILEGES ON ??.* TO ?@'%'", [schema, username]);
      await setPassword(username, password);
    },
    changeOwn: ({ username, password }) => setPassword(username, password),
    end,
  };
}

/** The databases of the app. In a grant `_` and `%` stand for others, unless they are escaped (the same manual, "GRANT Statement"). */
async function schemas(ask: Session["ask"]): Promise<readonly string[]> {
  const own = ["information_schema", "innodb", "mysql", "performance_schema", "sys"];
  const rows = await ask("SELECT schema_name AS name FROM information_schema.schemata", []);
  const names = rows.map((row) => String(Reflect.get(row, "name")));
  return names.filter((name) => !own.includes(name)).map((name) => name.replaceAll(/[_%\\]/g, "\\$&"));
}

/** The same manual, "Server Error Message Reference". */
const isRefusal = (problem: unknown): boolean => problem instanceof Error && Reflect.get(problem, "code") === "ER_ACCESS_DENIED_ERROR";
