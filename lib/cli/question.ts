import { createInterface } from "node:readline";

/** Whether a person sits there who can be asked, and sees the question. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** As much of a terminal as questions need. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { setRawMode(on: boolean): unknown };
  readonly stderr: NodeJS.WritableStream;
}

/** Asks for a line on the terminal. Undefined when the answer is Ctrl-C or the end of the input. */
export function askLine(question: string, { stdin, stderr }: Terminal = process): Promise<string | undefined> {
  const lines = createInterface({ input: stdin, output: stderr, terminal: true });
  return new Promise((resolve) => {
    let answer: string | undefined;
    lines.on("SIGINT", () => {
      stderr.write("\n");
      lines.close();
    });
    lines.on("close", () => resolve(answer));
    lines.question(question, (line) => {
      answer = line.trim();
      lines.close();
    });
  });
}

/** Asks for a value that nobody may read over a shoulder: nothing of it is shown. Undefined for Ctrl-C or the end of the input. */
export function askHidden(question: string, { stdin, stderr }: Terminal = process): Promise<string | undefined> {
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding("utf8").resume();
  return new Promise((resolve) => {
    let typed: readonly string[] = [];
    const end = (answer: string | undefined) => {
      stdin.setRawMode(false);
      stdin.off("data", onData).pause();
      stderr.write("\n");
      resolve(answer);
    };
    const onData = (chunk: string) => {
      for (const key of chunk) {
        if (key === "\r" || key === "\n") return end(typed.join(""));
        if (key === ctrlC || key === ctrlD) return end(undefined);
        typed = key === backspace || key === "\b" ? typed.slice(0, -1) : [...typed, key];
      }
    };
    stdin.on("data", onData);
  });
}

const ctrlC = "\u0003";
const ctrlD = "\u0004";
const backspace = "\u007f";

/** All of stdin, without the line end that `echo` adds. */
export async function readPipe(): Promise<string> {
  let text = "";
  for await (const chunk of process.stdin.setEncoding("utf8")) text += chunk;
  return text.replace(/\r?\n$/, "");
}
