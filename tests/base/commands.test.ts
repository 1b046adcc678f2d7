import { expect, test } from "vitest";
import { commandLine, shellWord } from "../../lib/base/commands.ts";
import { wordsOf } from "../shell.ts";

test.each([
  ["shop", "shop"],
  ["npm:a@1.0.0", "npm:a@1.0.0"],
  ["my shop", "'my shop'"],
  ["it's", "'it'\\''s'"],
  ["$(rm)", "'$(rm)'"],
  ["", "''"],
])("%s reaches the shell as one word", (text, word) => {
  expect(shellWord(text)).toBe(word);
});

test("a command is taken apart by a shell into the words that it was made of", () => {
  const words = ["aws", "--actions", `[{"Name":"o'neill","Note":"$(rm) \`rm\` \\052 !"}]`, "", "two words\nand lines"];
  expect(wordsOf(commandLine(...words))).toEqual(words);
});
