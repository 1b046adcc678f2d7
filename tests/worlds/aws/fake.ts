import { type Asked, otherwise, wrongError, wrongInput, wrongOutput } from "./model.ts";

/** A command of AWS's SDK, as far as its types are of use here. */
interface Command<Input extends object, Output extends object> {
  readonly input: Input;
  resolveMiddleware(...given: never[]): (args: never) => Promise<{ output: Output }>;
}

/** What is answered to one kind of command. */
interface Answer {
  readonly command: string;
  answer(input: object): object;
}

/** Answers a command in the SDK's own types, which are the documented shapes of the API. */
export function on<Input extends object, Output extends object>(
  command: new (input: Input) => Command<Input, Output>,
  answer: (input: Input) => Omit<NoInfer<Output>, "$metadata">,
): Answer {
  // The stack hands on the input of a command of this very name.
  return { command: command.name, answer: (input) => answer(input as Input) };
}

interface Client {
  readonly config: { readonly serviceId: string };
  readonly middlewareStack: {
    add(
      middleware: (
        next: (args: never) => Promise<object>,
        context: { readonly commandName?: string },
      ) => (args: { readonly input: object }) => Output,
      options: { step: "initialize"; name: string; priority?: "high" },
    ): void;
  };
}

/**
 * A client of the SDK that asks nobody: what is not answered here fails. Where AWS's own models are at hand, so does what they do not know: of
 * a call, of its answer, and of its errors.
 */
export function faked<C extends Client>(client: C, ...answers: readonly Answer[]): C {
  return answering(client, answers, (commandName) => {
    throw new Error(`the fake does not know ${commandName}`);
  });
}

/** A client of an emulator that is answered here what the emulator does not do. */
export function helped<C extends Client>(client: C, ...answers: readonly Answer[]): C {
  return answering(client, answers, (_, goOn) => goOn());
}

type Output = Promise<{ output: never; response: undefined }>;

/** Tells of everything that a client asks, by the name of its API, before it is answered. */
export function listening(client: Client, hear: (operation: string) => void): void {
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      (args) => {
        hear(commandName.replace(/Command$/, ""));
        return next(args as never) as Output;
      },
    { step: "initialize", name: "listening", priority: "high" },
  );
}

function answering<C extends Client>(
  client: C,
  answers: readonly Answer[],
  otherwise: (commandName: string | undefined, goOn: () => Output) => Output,
): C {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const { input } = args;
        const found = answers.find(({ command }) => command === commandName);
        // The stack's own, handed through.
        if (!found) return otherwise(commandName, () => next(args as never) as Output);
        const asked = { service: client.config.serviceId, operation: found.command.replace(/Command$/, "") };
        // `on` saw to it that this is what the command of that name gives.
        return { output: { ...held(asked, input, found), $metadata: {} } as never, response: undefined };
      },
    { step: "initialize", name: "fake" },
  );
  return client;
}

/** The answer, held against AWS's model of the service. */
function held(asked: Asked, input: object, { answer }: Answer): object {
  refuse(wrongInput(asked, input));
  const output = answered(asked, () => answer(input));
  refuse(wrongOutput(asked, output));
  return output;
}

function answered(asked: Asked, answer: () => object): object {
  try {
    return answer();
  } catch (error) {
    // A plain error is a test's own: nothing that AWS says.
    if (error instanceof Error && error.name !== "Error") refuse(wrongError(asked, error.name));
    throw error;
  }
}

function refuse(lines: readonly string[]): void {
  if (lines.length > 0) throw new Error(otherwise(lines));
}
