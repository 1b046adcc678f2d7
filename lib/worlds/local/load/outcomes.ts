import { closeSync, constants, ftruncateSync, openSync, writeSync } from "node:fs";
import { isDiskFull } from "../../../base/errors.ts";
import { damaged, fromJson, isNumber, mapOf, textOf, withFields } from "../../../machine/read-back.ts";
import { type Book, type Ending, emptyBook, merge, record } from "./book.ts";

/** One line of the file: what ended since the line before. */
interface Line extends Book {
  /** Milliseconds since 1970, when the span began. */
  readonly at: number;
}

interface Outcomes {
  /** Everything since the last `reset`, also by earlier processes. */
  total(): Book;
  /** Writes the next line. What cannot be written for lack of space stays in memory and goes into a later line. */
  flush(): void;
  /** Forgets everything; endings that were begun before do not count any more. */
  reset(): void;
  /** Where the endings of requests go that are begun now. */
  recorder(): (ending: Ending) => void;
  close(): void;
}

/** What the file tells, without its torn last line. */
export function readOutcomes(file: string): Book {
  return fold(readWhole(file), file);
}

/** Goes on with an outcomes file, or begins one. One process at a time. */
export function openOutcomes(file: string): Outcomes {
  const text = readWhole(file);
  const handle = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
  let size = Buffer.byteLength(text);
  let total = fold(text, file);
  let span = emptyBook();
  let began = Date.now();
  ftruncateSync(handle, size);

  return {
    total: () => total,
    flush() {
      if (span.requests > 0 && writeLine(handle, size, { at: began, ...span }, (written) => (size += written))) span = emptyBook();
      if (span.requests === 0) began = Date.now();
    },
    reset() {
      ftruncateSync(handle, 0);
      size = 0;
      total = emptyBook();
      span = emptyBook();
      began = Date.now();
    },
    recorder() {
      const era = total;
      return (ending) => {
        if (era !== total) return;
        record(total, ending);
        record(span, ending);
      };
    },
    close: () => closeSync(handle),
  };
}

/** True if the whole line is in the file; otherwise nothing of it is. */
function writeLine(handle: number, at: number, line: Line, wrote: (bytes: number) => void): boolean {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  try {
    if (writeSync(handle, bytes, 0, bytes.length, at) === bytes.length) {
      wrote(bytes.length);
      return true;
    }
  } catch (error) {
    if (!isDiskFull(error)) throw error;
  }
  ftruncateSync(handle, at);
  return false;
}

/** Whole lines only. */
function readWhole(file: string): string {
  const text = textOf(file) ?? "";
  return text.slice(0, text.lastIndexOf("\n") + 1);
}

const isPage = withFields<Book["slots"]["none"]>({ requests: isNumber, failed: isNumber, latencies: mapOf(isNumber) });
const isLine = withFields<Line>({
  at: isNumber,
  requests: isNumber,
  failed: isNumber,
  failures: mapOf(isNumber),
  slots: withFields<Book["slots"]>({ blue: isPage, green: isPage, none: isPage }),
});

/** Throws `plane/lost` for a line that was not written by us: a count without it would say less than happened. */
function fold(text: string, file: string): Book {
  const book = emptyBook();
  for (const [index, written] of text.split("\n").entries()) {
    if (written === "") continue;
    const line = fromJson(written, isLine);
    if (!line) throw damaged(file, `, line ${index + 1},`);
    merge(book, line);
  }
  return book;
}
