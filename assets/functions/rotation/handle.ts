import type { Accounts, Address, Open } from "./accounts.ts";
import type { Credentials, Stage, Store } from "./store.ts";

/** What one step works with, handed in so that a test can hold the database and the clock. */
export interface Surroundings {
  readonly store: Store;
  readonly open: Open;
  readonly database: Address;
  /** Where the app connects to, if not to the database itself. */
  readonly proxy?: Address;
  /** The secret of the administrator. */
  readonly master: string;
  /** The two accounts of the app, which take turns, each with the secret in which the proxy finds it, if there is one. */
  readonly users: readonly [AppUser, AppUser];
  /** A new password. */
  fresh(): string;
  wait(milliseconds: number): Promise<void>;
}

/** One of the two accounts; `secret` is the ARN of its own secret, which only a proxy reads. */
export interface AppUser {
  readonly name: string;
  readonly secret?: string;
}

/** A rotation under way: the secret, and the version that is to become the current one. */
interface Turn {
  readonly secret: string;
  readonly version: string;
}

type Step = (turn: Turn, around: Surroundings) => Promise<void>;

/**
 * One step of a rotation. Each looks before it acts, and may be repeated after any failure (AWS Secrets Manager User Guide, "Lambda
 * rotation functions": the four steps, and what must hold before each). Nothing is rolled back: until the last step the service has the
 * account and the password that it had, and the next try goes on from where this one failed.
 */
export async function handle(event: unknown, around: Surroundings): Promise<void> {
  const { step, ...turn } = read(event);
  const { rotates, stages } = await around.store.describe(turn.secret);
  const staged = stages[turn.version];
  if (!rotates) throw new Error("the secret is not to be rotated");
  if (!staged) throw new Error("the secret has no such version");
  if (staged.includes("AWSCURRENT")) return;
  if (!staged.includes("AWSPENDING")) throw new Error("the version is not pending");
  await steps[step](turn, around);
}

const createSecret: Step = async ({ secret, version }, around) => {
  const { store, fresh } = around;
  const current = await held(store, secret, "AWSCURRENT");
  if (await store.read(secret, "AWSPENDING", version)) return;
  const username = secret === around.master ? current.username : otherOf(around, current.username).name;
  await store.write(secret, version, { username, password: fresh() }, "AWSPENDING");
};

const setSecret: Step = async ({ secret, version }, around) => {
  const pending = await held(around.store, secret, "AWSPENDING", version);
  const done = await works(around.open, around.database, pending);
  if (secret === around.master) {
    if (!done) await asMaster(around, (accounts) => accounts.changeOwn(pending));
    return;
  }
  const user = around.users.find(({ name }) => name === pending.username);
  if (!user) throw new Error("the secret is of an account that is not the app's");
  await asMaster(around, async (accounts) => {
    if (!done) await putUnlessBusy(accounts, pending);
    await tellProxy(around, user, version, pending);
    await makeOther(accounts, around, otherOf(around, user.name));
  });
};

/** Copies that started before the last rotation still have the password that this one would change: they are not locked out, it fails. */
async function putUnlessBusy(accounts: Accounts, pending: Credentials): Promise<void> {
  if (await accounts.busy(pending.username))
    throw new Error(
      `copies of the service still work as ${pending.username}: start them anew, for they have the secret of two rotations ago`,
    );
  await accounts.putApp(pending);
}

/** A proxy asks with all that it has been given, so none of it may be of an account that is not there. */
async function makeOther(accounts: Accounts, around: Surroundings, user: AppUser): Promise<void> {
  if (user.secret === undefined || (await accounts.has(user.name))) return;
  const made = { username: user.name, password: around.fresh() };
  await tellProxy(around, user, crypto.randomUUID(), made);
  await accounts.putApp(made);
}

async function tellProxy({ store }: Surroundings, { secret }: AppUser, version: string, credentials: Credentials): Promise<void> {
  if (secret !== undefined) await store.write(secret, version, credentials, "AWSCURRENT");
}

/** A proxy needs a moment until it knows a new password. */
const attempts = 12;
const between = 5_000;

const testSecret: Step = async ({ secret, version }, { store, open, database, proxy, master, wait }) => {
  const pending = await held(store, secret, "AWSPENDING", version);
  if (!(await works(open, database, pending))) throw new Error("the database refuses the new password");
  if (secret === master || !proxy) return;
  for (let attempt = 1; !(await works(open, proxy, pending)); attempt++) {
    if (attempt === attempts) throw new Error("the proxy refuses the new password");
    await wait(between);
  }
};

const finishSecret: Step = async ({ secret, version }, { store }) => {
  const { stages } = await store.describe(secret);
  const [current] = Object.entries(stages).find(([, staged]) => staged.includes("AWSCURRENT")) ?? [];
  if (current === undefined) throw new Error("the secret has no current version");
  await store.promote(secret, version, current);
};

const steps = { createSecret, setSecret, testSecret, finishSecret } as const satisfies Readonly<Record<string, Step>>;

function read(event: unknown): Turn & { readonly step: keyof typeof steps } {
  const at = (key: string): unknown => (typeof event === "object" && event !== null ? Reflect.get(event, key) : undefined);
  const [secret, version, step] = [at("SecretId"), at("ClientRequestToken"), at("Step")];
  if (typeof secret !== "string" || typeof version !== "string" || !isStep(step)) throw new Error("the event is no step of a rotation");
  return { secret, version, step };
}

const isStep = (step: unknown): step is keyof typeof steps => typeof step === "string" && Object.hasOwn(steps, step);

async function held(store: Store, secret: string, stage: Stage, version?: string): Promise<Credentials> {
  const found = await store.read(secret, stage, version);
  if (!found) throw new Error(`the secret has no version ${stage}`);
  return found;
}

function otherOf({ users }: Surroundings, name: string): AppUser {
  return users[0].name === name ? users[1] : users[0];
}

async function works(open: Open, address: Address, credentials: Credentials): Promise<boolean> {
  const session = await open(address, credentials);
  await session?.end();
  return session !== undefined;
}

/** The administrator's own secret may be in the middle of a rotation: its newest password is not always the one that the database has. */
async function asMaster(around: Surroundings, work: (accounts: Accounts) => Promise<void>): Promise<void> {
  for (const stage of ["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"] as const) {
    const credentials = await around.store.read(around.master, stage);
    const session = credentials && (await around.open(around.database, credentials));
    if (!session) continue;
    try {
      return await work(session);
    } finally {
      await session.end();
    }
  }
  throw new Error("the database refuses the administrator's password");
}
