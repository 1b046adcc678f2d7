import { format } from "mysql2";
import { expect, it } from "vitest";
import { accountsOf } from "../../../../assets/functions/rotation/mysql.ts";

/** A session that keeps what it is asked, as the driver would send it. */
function session(rows: readonly object[]) {
  const sent: string[] = [];
  const accounts = accountsOf({
    ask: async (text, values) => {
      sent.push(format(text, [...values]));
      return rows;
    },
    end: async () => undefined,
  });
  return { sent, accounts };
}

it("A10 an account of the app is made with TLS required, may all in the app's databases and nothing in MySQL's, and gets its password last", async () => {
  const { sent, accounts } = session(["mysql", "shop_data", "carts", "sys"].map((name) => ({ name })));
  await accounts.putApp({ username: "app_2", password: `it's "new" \\` });
  expect(sent).toEqual([
    "CREATE USER IF NOT EXISTS 'app_2'@'%' REQUIRE SSL",
    "SELECT schema_name AS name FROM information_schema.schemata",
    "GRANT ALL PRIVILEGES ON `shop\\_data`.* TO 'app_2'@'%'",
    "GRANT ALL PRIVILEGES ON `carts`.* TO 'app_2'@'%'",
    `ALTER USER 'app_2'@'%' IDENTIFIED BY 'it\\'s \\"new\\" \\\\'`,
  ]);
});

it("A10 the administrator changes no right but its own password", async () => {
  const { sent, accounts } = session([]);
  await accounts.changeOwn({ username: "sluice", password: "new" });
  expect(sent).toEqual(["ALTER USER 'sluice'@'%' IDENTIFIED BY 'new'"]);
});

it("A10 whether an account is there and at work is asked by its name alone, as a value", async () => {
  const none = session([]);
  expect([await none.accounts.has("a'b"), await none.accounts.busy("a'b")]).toEqual([false, false]);
  for (const statement of none.sent) expect(statement).toContain("'a\\'b'");
  const some = session([{ 1: 1 }]);
  expect([await some.accounts.has("app_1"), await some.accounts.busy("app_1")]).toEqual([true, true]);
});
