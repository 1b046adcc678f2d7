/** Chances of what an AWS that has a bad day does to a call, from 0 to 1. */
export interface Mood {
  /** Refused, with nothing done. */
  readonly throttles: number;
  /** Done, but the answer is lost. */
  readonly timesOut: number;
  /** A read tells what the same read told before, or some time before that, though it has changed since: reads can go backwards. */
  readonly stale: number;
}

/** A client of AWS's SDK, as far as something may come between it and its calls. */
export interface Client {
  readonly middlewareStack: {
    add(
      middleware: (
        next: (args: never) => Promise<object>,
        context: { readonly commandName?: string },
      ) => (args: { readonly input: object }) => Output,
      options: { step: "initialize"; name: string; priority: "high" },
    ): void;
  };
}

type Output = Promise<{ output: never; response: undefined }>;

const error = (name: string): Error => Object.assign(new Error(`${name}, by a bad day`), { name, $metadata: { attempts: 3 } });

/** Consistency is what each service documents: a strongly consistent read of DynamoDB is never stale. */
const mayBeStale = (command: string): boolean => /^(Describe|List)/.test(command);

/** How old what a read tells can be: AWS names no limit, and calls it seconds. */
const oldest = 10_000;

interface Told {
  readonly answer: object;
  readonly at: number;
}

/** A client whose service has bad days, after all that the SDK itself tries again. `chance` gives the next number from 0 to 1. */
export function unreliable<C extends Client>(client: C, mood: () => Mood, chance: () => number, now: () => number): C {
  const told = new Map<string, readonly Told[]>();
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const { throttles, timesOut, stale } = mood();
        if (chance() < throttles) throw error("ThrottlingException");
        const key = `${commandName} ${JSON.stringify(args.input)}`;
        const before = (told.get(key) ?? []).filter(({ at }) => now() - at < oldest);
        const older = mayBeStale(commandName) && chance() < stale ? before[Math.floor(chance() * before.length)] : undefined;
        // The stack's own, handed through.
        const answer = older?.answer ?? (await next(args as never));
        if (!older) told.set(key, [...before, { answer: structuredClone(answer), at: now() }].slice(-5));
        if (chance() < timesOut) throw error("TimeoutError");
        return answer as Awaited<Output>;
      },
    { step: "initialize", name: "bad days", priority: "high" },
  );
  return client;
}

/** A client one of whose reads tells, while it is `old`, what it told before. */
export function repeating<C extends Client>(client: C, command: string, old: () => boolean): C {
  const told = new Map<string, object>();
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const key = JSON.stringify(args.input);
        const before = commandName === command && old() ? told.get(key) : undefined;
        // The stack's own, handed through.
        const answer = before ?? (await next(args as never));
        if (commandName === command && !before) told.set(key, structuredClone(answer));
        return answer as Awaited<Output>;
      },
    { step: "initialize", name: "old news", priority: "high" },
  );
  return client;
}
