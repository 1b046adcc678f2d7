import { execFileSync } from "node:child_process";

/** The words that a POSIX shell takes a command that was printed for people apart into. It runs nothing. */
export function wordsOf(command: string): readonly string[] {
  const told = execFileSync("/bin/sh", ["-c", `set -- ${command}\nprintf '%s\\0' "$@"`], { encoding: "utf8" });
  return told.split("\0").slice(0, -1);
}

/** What a word such as `--region` is followed by. */
export function optionIn(words: readonly string[], option: string): string {
  const [found, ...others] = words.flatMap((word, at) => (word === option ? [words[at + 1] ?? ""] : []));
  if (found === undefined || others.length > 0) throw new Error(`${option} is not there once: ${words.join(" ")}`);
  return found;
}
