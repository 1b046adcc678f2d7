/** Lines for a stream whose reader may go away at any time (`sluice rehearse --json | head -1`). */
export interface Output {
  write(lines: readonly string[]): void;
  /** Resolves when everything written is out, or nobody reads any more. */
  flush(): Promise<void>;
  /** Stops watching the stream. */
  close(): void;
}

/** Writes a result to stdout, and resolves when it is out or nobody reads any more. */
export async function printData(lines: readonly string[]): Promise<void> {
  const output = openOutput(process.stdout, () => {});
  output.write(lines);
  await output.flush();
  output.close();
}

/** Watches a stream and writes to it until its reader goes away; from then on nothing is written. `gone` is called once, at that moment. */
export function openOutput(stream: NodeJS.WritableStream, gone: () => void): Output {
  let open = true;
  // EPIPE: the reader of a pipe ended. EIO: the terminal was closed. Whatever else it is, there is nobody to tell.
  const onError = () => {
    if (open) gone();
    open = false;
  };
  stream.on("error", onError);
  return {
    write: (lines) => {
      if (open && lines.length > 0) stream.write(`${lines.join("\n")}\n`);
    },
    flush: () =>
      new Promise((resolve) => {
        if (!open) return resolve();
        stream.write("", () => resolve());
      }),
    close: () => {
      stream.off("error", onError);
    },
  };
}
