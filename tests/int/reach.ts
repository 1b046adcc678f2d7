import { connect } from "node:net";
import type { Found } from "./found.ts";
import { near, type Stack, told } from "./outputs.ts";

/** What comes of a connection: `open`, or the system's word for why not. */
type Dial = (host: string, port: number) => Promise<string>;

/** Opens a connection by TCP and closes it. After five seconds without an answer there is no way. */
const dial: Dial = (host, port) =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 5_000 });
    const end = (said: string): void => {
      socket.destroy();
      resolve(said);
    };
    socket.on("connect", () => end("open"));
    socket.on("timeout", () => end("ETIMEDOUT"));
    socket.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });

/**
 * Databases answer by TCP. They are private, so from outside of their network there is no way to most of them, which says nothing of them: that is
 * told and not counted. One that refuses was reached. AWS is asked nothing.
 */
export async function reach(stacks: readonly Stack[], _clients?: unknown, by: Dial = dial): Promise<Found> {
  const places = told(stacks, /^DatabaseEndpoint$/).map(({ stack, value }) => ({
    stack,
    host: value,
    // A copy in another region listens where its source does, and has no output of its own for that.
    port: Number(near(stacks, stack, "DatabasePort") ?? told(stacks, /^DatabasePort$/)[0]?.value),
  }));
  if (places.length === 0) return { is: "skipped", because: "no stack has a database" };
  const said = await Promise.all(places.map(async (one) => ({ ...one, answer: await by(one.host, one.port) })));
  const reached = said.filter(({ answer }) => answer === "open" || answer === "ECONNREFUSED");
  if (reached.length === 0) {
    const tried = said.map(({ host, port, answer }) => `${host}:${port} (${answer})`).join(", ");
    return { is: "skipped", because: `from here there is no way to ${tried}: run it inside the network` };
  }
  const refused = reached.filter(({ answer }) => answer !== "open");
  return { is: "checked", problems: refused.map(({ stack, host, port }) => `${stack.name} ${host}: refuses connections on ${port}`) };
}
