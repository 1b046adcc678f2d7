/** Chances of what an AWS that has a bad day does to a call, from 0 to 1. */
export interface Mood {
  /** Refused, with nothing done. */
  readonly throttles: number;
  /** Done, but the answer is lost. */
  readonly timesOut: number;
  /** A read tells what the same read told before, though it has changed since. */
  readonly stale: number;
}

interface Client {
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

/** A client whose service has bad days, after all that the SDK itself tries again. `chance` gives the next number from 0 to 1. */
export function unreliable<C extends Client>(client: C, mood: () => Mood, chance: () => number): C {
  const told = new Map<string, object>();
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const { throttles, timesOut, stale } = mood();
        if (chance() < throttles) throw error("ThrottlingException");
        const key = `${commandName} ${JSON.stringify(args.input)}`;
        const before = told.get(key);
        const late = before !== undefined && mayBeStale(commandName) && chance() < stale;
        // The stack's own, handed through.
        const answer = late ? before : await next(args as never);
        told.set(key, structuredClone(answer));
        if (chance() < timesOut) throw error("TimeoutError");
        return answer as Awaited<Output>;
      },
    { step: "initialize", name: "bad days", priority: "high" },
  );
  return client;
}
