import { expect, test } from "vitest";
import { scanSecrets } from "../../lib/pipeline/secrets.ts";
import { tempFolder } from "./folders.ts";

// Made up here and put together at run time, so that no scanner takes this file for a leak.
const random = "q7Rk2vXz9LmB4tYw8NcJ5hGd3fSa6pUe1oIx0ZbQ";

test("scanSecrets reads the app's text files, and neither node_modules, lock files nor binaries", async () => {
  const token = `ghp_${random.slice(0, 36)}`;
  const folder = tempFolder({
    "src/a.js": `\n\nconst t = "${token}"`,
    "node_modules/m/a.js": token,
    "package-lock.json": token,
    "image.png": `\0${token}`,
    "empty.txt": "",
  });
  const { findings, files } = await scanSecrets(folder);
  expect(findings).toEqual([{ file: "src/a.js", line: 3, rule: "github-token", masked: "ghp_…" }]);
  expect(files).toBe(1);
});
