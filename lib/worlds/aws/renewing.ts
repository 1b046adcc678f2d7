import { areBadCredentials } from "./failure.ts";

/** A client of AWS's SDK, as far as its credentials go. */
interface Client {
  readonly config: { readonly credentials: (options: { readonly forceRefresh: boolean }) => Promise<unknown> };
  readonly middlewareStack: {
    add(
      middleware: (next: (args: never) => Promise<object>) => (args: object) => Promise<{ output: never; response: undefined }>,
      options: { step: "initialize"; name: string; priority: "high"; override: true },
    ): void;
  };
}

/**
 * Has a client look for credentials anew once AWS takes those that it has no more. The SDK keeps what has no time of expiration for as long as the
 * process lives (AWS SDK for JavaScript Developer Guide, "Set credentials in a Node.js script"), such as a session that a tool wrote into the
 * file of credentials; and a session may end before its time. The call fails all the same: whoever asks tries again.
 */
export function renewing(client: Client): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        // The stack's own, handed through.
        return (await next(args as never)) as Awaited<Promise<{ output: never; response: undefined }>>;
      } catch (error) {
        // Where there are none yet, the error that AWS gave is the one to tell.
        if (areBadCredentials(error)) await client.config.credentials({ forceRefresh: true }).catch(() => undefined);
        throw error;
      }
    },
    { step: "initialize", name: "renewing", priority: "high", override: true },
  );
}
