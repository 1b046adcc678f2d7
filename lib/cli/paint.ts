import { stripVTControlCharacters, styleText } from "node:util";

/** What a piece of text means; how that looks is decided here alone. */
export type Tone = "good" | "bad" | "warn" | "quiet" | "strong" | "live" | "candidate";

/** Colours a text, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string;

const formats = {
  good: "green",
  bad: "red",
  warn: "yellow",
  quiet: "dim",
  strong: "bold",
  live: "blue",
  candidate: "cyan",
} as const satisfies Record<Tone, string>;

/** Colours for a stream: none where it is no terminal, or where `NO_COLOR` is set. */
export function paintFor(stream: NodeJS.WritableStream): Paint {
  return (tone, text) => styleText(formats[tone], text, { stream });
}

/** For what is compared or read by programs: every text as it is. */
export const noPaint: Paint = (_tone, text) => text;

/** How wide a text looks. */
export function widthOf(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

/** A text cut to a width, with what is left of its colours closed. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let room = width - 1;
  const kept = text.split(escapes).map((part, index) => {
    // `split` with one group alternates between text and the escape sequences between.
    if (index % 2 === 1) return part;
    const letters = [...part].slice(0, room);
    room -= letters.length;
    return letters.join("");
  });
  return `${kept.join("")}…`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
const escapes = /(\u001b\[[\d;]*m)/;

/** A text without colours, broken between words into lines of at most a width. Each line keeps its indentation. */
export function wrapped(text: string, width: number): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const indent = /^ */.exec(line)?.[0] ?? "";
    const lines: string[] = [];
    for (const word of line.slice(indent.length).split(" ")) {
      const last = lines.at(-1);
      if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`;
      else lines.push(indent + word);
    }
    return lines;
  });
}
